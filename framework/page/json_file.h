#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace anabranch::framework {

using Json = nlohmann::ordered_json;

/// The whole file; empty when it is not there. Throws when it cannot be read.
[[nodiscard]] std::string text_of(const std::filesystem::path& file);
/// Throws an Error that names the file and the place.
[[nodiscard]] Json parse_json(const std::filesystem::path& file, const std::string& text);
/// `use` for each line. A last line without its end is left out: the run was killed while it wrote it. Errors of
/// `use` about the JSON's form name the line too.
void read_json_lines(const std::filesystem::path& file, const std::function<void(const Json&)>& use);

}  // namespace anabranch::framework
