#pragma once

#include <filesystem>
#include <vector>

namespace anabranch::framework {

/// The project's own shared libraries that this process has loaded because plugins are linked with them, such as
/// libanabranch_lm.so, sorted.
[[nodiscard]] std::vector<std::filesystem::path> linked_libraries();

}  // namespace anabranch::framework
