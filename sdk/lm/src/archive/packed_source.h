#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "anabranch/lm/archive/byte_source.h"

namespace anabranch::lm {

/// The content of a gzip file.
[[nodiscard]] std::unique_ptr<ByteSource> open_gzip(const std::filesystem::path& path);

/// One file of a .7z archive, see `open_bytes`.
[[nodiscard]] std::unique_ptr<ByteSource> open_seven_zip(const std::filesystem::path& path, std::string_view member);

}  // namespace anabranch::lm
