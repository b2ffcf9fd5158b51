#pragma once

#include <filesystem>

namespace anabranch::framework {

/// Whether a file begins as a shared library and ends before the parts that its header names: a broken copy. The
/// system's loader maps such a file and dies of SIGBUS, so it is looked at first. Other files are the loader's to
/// judge.
[[nodiscard]] bool is_torn_library(const std::filesystem::path& file);

}  // namespace anabranch::framework
