#pragma once

#include <anabranch/state.h>
#include <framework/engine/run.h>
#include <framework/state/resume_points.h>
#include <framework/state/run_identity.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::framework {

/// How a run begins: anew, or from a checkpoint of an earlier one.
struct Beginning {
    bool finished = false;  ///< the earlier run came to its end: there is nothing to do
    bool again = false;     ///< the earlier run had done nothing yet: its folder is taken over
    std::optional<ResumePoint> point{};
    State saved{};                       ///< of the run, without its nodes and resources
    std::vector<std::string> remarks{};  ///< for the person
};

/// The file of a checkpoint that holds `Beginning::saved`.
inline constexpr const char* run_file = "run.packets";

/// Without `options.resume`: anew. Throws when there is nothing to resume from, or when the run would not be the same
/// one, which `identity` says, unless `options.resume_anyway`.
[[nodiscard]] Beginning find_beginning(const Plan& plan, const RunOptions& options,
                                       const std::function<RunIdentity()>& identity);

}  // namespace anabranch::framework
