#pragma once

#include <filesystem>
#include <string>

namespace anabranch::framework {

/// "98304000 bytes, sha256 0123456789abcdef": what tells a file from one with other contents, whatever its times. Of a
/// file above 16 MiB, 256 blocks of 64 KiB at equal distances count, its first and last among them, with its size. Of a
/// folder: every file below it. "missing" for what is not there.
[[nodiscard]] std::string fingerprint(const std::filesystem::path& path);

}  // namespace anabranch::framework
