#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

/// A file of the data that tests may use but the project does not carry: `$ANABRANCH_TEST_DATA`, or `../shared/data`
/// beside the source. Says so, and gives nothing, when it is not there.
inline std::optional<std::filesystem::path> test_data(const std::string& name) {
    const char* variable = std::getenv("ANABRANCH_TEST_DATA");
    const std::filesystem::path folder =
        variable != nullptr ? variable : std::filesystem::path(ANABRANCH_SOURCE_DIRECTORY) / "../shared/data";
    std::filesystem::path path = folder / name;
    if (std::filesystem::exists(path)) return path;
    std::printf("SKIPPED: %s is absent; set ANABRANCH_TEST_DATA to the folder that has it\n", path.c_str());
    return std::nullopt;
}
