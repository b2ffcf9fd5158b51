#pragma once

#include <framework/graph/plan.h>
#include <framework/report/console.h>
#include <framework/report/metrics_file.h>
#include <framework/report/quiet.h>
#include <framework/report/step_line.h>
#include <framework/report/step_rate.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace anabranch::framework {

/// What a person sees of a run: lines, and below them on a terminal what runs now, for how long, and how long the run
/// will take. Elsewhere a line says so when there was none for a while. One thread at a time.
class Progress {
  public:
    Progress(const Plan& plan, Console& console) : plan_(&plan), console_(&console) {}

    void line(const std::string& text);
    /// What the run does when it runs no node: "loading policy"; empty: nothing.
    void phase(std::string text);
    /// From here on time is counted for the rate. `done`: steps of earlier processes of the run; `total`: the steps
    /// that there will be, if that is known.
    void start(std::uint64_t done, std::optional<std::uint64_t> total);
    void call(std::size_t node, std::uint64_t sequence);
    void call_over(std::size_t node, std::uint64_t sequence);
    /// A step of the main clock is done; `done`: how many there are with it; `expected`: there will be about so many.
    void step(std::uint64_t done, std::optional<std::uint64_t> expected, const Metrics& metrics);
    /// Shows how things stand now, unless that was done a moment ago.
    void refresh();
    /// Nothing runs any more.
    void finish();

  private:
    [[nodiscard]] std::vector<std::string> parts(Instant now) const;
    [[nodiscard]] std::string running(Instant now) const;

    const Plan* plan_;
    Console* console_;
    std::string phase_;
    Instant phase_began_ = std::chrono::steady_clock::now();
    bool started_ = false;
    StepCount count_;
    std::uint64_t done_ = 0;
    std::vector<std::string> usual_;  ///< reward, KL and loss of the last step that had them
    std::map<std::pair<std::size_t, std::uint64_t>, Instant> calls_;
    StepRate rate_;
    Quiet quiet_;
    Instant last_line_ = phase_began_;
    Instant last_step_line_ = phase_began_;
    Instant last_status_{};
};

}  // namespace anabranch::framework
