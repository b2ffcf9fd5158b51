#pragma once

#include <csignal>

namespace anabranch::framework {

/// While one lives: the first SIGINT or SIGTERM asks the run to stop, a second one ends the process at once with 130.
/// One at a time in a process.
class StopSignal {
  public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    [[nodiscard]] bool requested() const;

  private:
    struct sigaction interrupt_ {};
    struct sigaction terminate_ {};
};

}  // namespace anabranch::framework
