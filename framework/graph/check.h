#pragma once

#include <framework/graph/diagnostic.h>
#include <framework/graph/made.h>
#include <framework/graph/override.h>
#include <framework/graph/plan.h>
#include <framework/host/host.h>

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace anabranch::framework {

struct CheckResult {
    std::optional<Plan> plan;  ///< none when the diagnostics hold an error
    Diagnostics diagnostics;
};

/// Reads a graph file, applies the overrides, and finds everything that is wrong with it, without making a node or
/// resource. The plan points into `host`.
[[nodiscard]] CheckResult check_graph(const Host& host, const std::filesystem::path& file,
                                      std::span<const Override> overrides = {}, const Made& made = {});

/// What the file calls the graph, or would be called without: its `name`, else the file's. Never fails.
[[nodiscard]] std::string graph_name(const std::filesystem::path& file);

/// The same of a text; relative paths in it start at `folder`.
[[nodiscard]] CheckResult check_text(const Host& host, std::string_view text, const std::string& name,
                                     const std::filesystem::path& folder, std::span<const Override> overrides = {},
                                     const Made& made = {});

}  // namespace anabranch::framework
