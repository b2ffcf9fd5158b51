#pragma once

#include <framework/graph/diagnostic.h>
#include <framework/graph/draft.h>
#include <framework/graph/tree.h>

#include <optional>
#include <string>

namespace anabranch::framework {

/// `save: {every: 100, keep: 2, best: {metric: NAME, mode: min}}`; none for `null` and when it is written wrongly.
[[nodiscard]] std::optional<PlanSave> read_save(const TreeEntry& entry, Diagnostics& diagnostics);
/// The same as text.
[[nodiscard]] std::string save_text(const PlanSave& save);
/// That there is something to save, and that its writers mean the same steps.
void check_save(const DraftGraph& graph, Diagnostics& diagnostics);

}  // namespace anabranch::framework
