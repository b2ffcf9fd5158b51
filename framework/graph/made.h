#pragma once

#include <framework/graph/diagnostic.h>
#include <framework/graph/plan.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::framework {

inline constexpr std::string_view made_prefix = "made:";
/// Where a run keeps the resources that it saves at its end, in its directory.
inline constexpr std::string_view saved_folder = "resources";

/// What a run saves: names as `made:GRAPH/NAME` gives them, and their folders from the run's directory.
using Saved = std::map<std::string, std::filesystem::path>;

/// What a run of the plan will have saved.
[[nodiscard]] Saved saved_by(const Plan& plan);
/// What the run in `directory` has saved.
[[nodiscard]] Saved saved_in(const std::filesystem::path& directory);

/// The `made:` names in the plan that were let through.
[[nodiscard]] std::vector<std::string> unknown_made(const Plan& plan);

struct MadeGraph {
    std::string name;
    std::filesystem::path directory;  ///< of its run
    std::optional<Saved> saved;       ///< none: not known, because the graph is wrong
};

/// What `made:` may stand for in the path parameters of a graph.
struct Made {
    std::vector<MadeGraph> graphs{};
    std::vector<std::string> later{};  ///< graphs of the chain that run after this one
    bool may_be_unknown = false;       ///< the graph is looked at on its own: names of other graphs are let through
};

/// The path that `text`, which begins with "made:", stands for; `text` itself when it may be unknown and is. None when
/// it is wrong, which is reported at `location`.
[[nodiscard]] std::optional<std::string> made_path(const std::string& text, const Location& location, const Made& made,
                                                   Diagnostics& diagnostics);

}  // namespace anabranch::framework
