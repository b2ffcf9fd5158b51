#pragma once

#include <framework/engine/message.h>
#include <framework/engine/recorded_edge.h>
#include <framework/state/packet_file.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace anabranch::framework {

/// Writes streams of a run into packet files, each in the order of its numbers, whatever ran in parallel, so that the
/// same run gives the same bytes. Each packet is with the system when `take` returns. Thread-safe.
class Recorder {
  public:
    /// Makes `folder` and a file in it for each edge.
    Recorder(const Plan& plan, const std::vector<RecordedEdge>& edges, const std::filesystem::path& folder);

    /// What a call gave. Throws when it cannot be written.
    void take(const Outcome& outcome);
    /// Once nothing runs: ends the files. Returns what was written, for the summary.
    [[nodiscard]] std::vector<std::string> finish();

  private:
    struct Stream {
        Stream(const RecordedEdge& edge, std::filesystem::path file, const Description& description)
            : from(edge.from), output(edge.output), path(std::move(file)), writer(path, description) {}
        void take(const Outcome::Given& given, const Ticket& ticket);

        std::size_t from;
        std::size_t output;
        std::filesystem::path path;
        std::mutex mutex{};
        PacketFileWriter writer;
        std::uint64_t next = 0;
        /// Given before an earlier one. They keep their tickets: what waits here is bounded by the window of the
        /// source.
        std::map<std::uint64_t, std::pair<Packet, Ticket>> early{};
    };
    std::deque<Stream> streams_;
};

}  // namespace anabranch::framework
