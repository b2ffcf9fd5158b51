#pragma once

#include <plugins/reward/child_process.h>
#include <sys/types.h>

namespace anabranch::reward {

/// A started process and the parent's ends of the pipes to its standard streams; not blocking, closed on exec.
struct StartedChild {
    pid_t process;
    int input;
    int output;
    int error;
};

/// Throws an Error when there are no pipes or processes left, or the program cannot be run.
[[nodiscard]] StartedChild start_child(const Command& command);

}  // namespace anabranch::reward
