#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace anabranch::framework {

/// The list of a folder's files with their SHA-256, as `sha256sum -c` reads it.
inline constexpr std::string_view checksums_file = "SHA256SUMS";

/// Lists every file below `folder`, sorted by path.
void write_checksums(const std::filesystem::path& folder);

/// What is wrong with a folder that has such a list: a file that is missing, altered, or not in it. Empty: nothing.
[[nodiscard]] std::string problem_with(const std::filesystem::path& folder);

}  // namespace anabranch::framework
