#pragma once

#include <framework/host/host.h>

#include <string>

namespace anabranch::framework {

// Pages that people and editors read, made from what the checker and the plugins say of themselves.

/// Every error code with its explanation, in Markdown.
[[nodiscard]] std::string error_page();
/// All node and resource types of one plugin, in Markdown.
[[nodiscard]] std::string plugin_page(const Plugin& plugin);
/// A JSON Schema (draft 7) of graph files with the types of the host's plugins, for completion and checks in editors.
[[nodiscard]] std::string graph_schema(const Host& host);

}  // namespace anabranch::framework
