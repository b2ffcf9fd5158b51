#pragma once

#include <filesystem>

namespace anabranch::framework {

/// The folder that holds bin/ with this program: an install's prefix, or a build folder; empty when it cannot be told.
[[nodiscard]] std::filesystem::path program_prefix();

}  // namespace anabranch::framework
