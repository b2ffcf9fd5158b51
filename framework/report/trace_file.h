#pragma once

#include <framework/engine/observer.h>
#include <framework/graph/plan.h>
#include <framework/report/append_file.h>
#include <framework/report/metrics_file.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <thread>

namespace anabranch::framework {

/// A trace of a run in Chrome's trace-event format, which ui.perfetto.dev opens: a track a thread with the bodies of
/// nodes, arrows from packet to packet, how long calls waited and for what, packets in flight. Events go to the file as
/// the run goes on; memory does not grow with it. The file is an array of which the end may be missing: of a run that
/// was killed it lacks the last second at most. One thread at a time.
class TraceFile {
  public:
    /// Times count from `origin`. Throws when the file exists or cannot be made.
    TraceFile(std::filesystem::path path, const Plan& plan, Instant origin);
    ~TraceFile();
    TraceFile(const TraceFile&) = delete;
    TraceFile& operator=(const TraceFile&) = delete;

    /// A call that has returned, or failed, on this thread.
    void call(const CallRecord& record, bool failed);
    /// Something else that this thread has done: "load policy", "close update".
    void span(const std::string& name, Instant began, double seconds);
    /// `packets` of a source are in flight; told again only when that changed.
    void in_flight(std::size_t source, std::uint64_t packets);
    /// A step of the main clock, from 1.
    void step(std::uint64_t step, const Metrics& metrics);
    /// Writes the array's end. Throws when the file could not be written; nothing else here throws, so that a full disk
    /// costs the trace and not the run.
    void finish();
    [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }

  private:
    void add(const std::string& event);
    void flush();
    [[nodiscard]] std::string time(Instant instant) const;
    [[nodiscard]] int track();
    void begin_track(int number);
    void waits(const CallRecord& record);
    void arrows(const CallRecord& record, int track);

    const Plan* plan_;
    AppendFile file_;
    Instant origin_;
    std::string buffer_;
    bool first_ = true;
    Instant flushed_;
    std::string problem_;  ///< why nothing is written any more
    std::map<std::thread::id, int> tracks_;
    std::map<std::size_t, std::uint64_t> in_flight_;
};

}  // namespace anabranch::framework
