#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::framework {

/// A file of a new plugin's folder: @NAME@ and @VERSION@ in it stand for the plugin's name and the SDK's version.
struct Template {
    std::string_view file;
    std::string_view text;
};
[[nodiscard]] const std::vector<Template>& plugin_templates();

/// What keeps `name` from naming a plugin; empty when nothing does. It names a file, a target and the node's group.
[[nodiscard]] std::string plugin_name_problem(std::string_view name);

/// Makes `folder`, whole or not at all, with a plugin that builds, tests and runs against the SDK of `version`
/// ("0.1"). Gives the files. What stands there already, whatever it is, is an Error and is left alone.
std::vector<std::filesystem::path> write_plugin_folder(std::string_view name, std::string_view version,
                                                       const std::filesystem::path& folder);

}  // namespace anabranch::framework
