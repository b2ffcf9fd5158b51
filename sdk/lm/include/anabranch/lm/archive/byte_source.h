#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

namespace anabranch::lm {

/// The content of a file from its first byte to its last, whether it lies there plainly or packed. Memory does not grow
/// with the file; nothing is unpacked to the disk. Errors name the file. One thread at a time.
class ByteSource {
  public:
    virtual ~ByteSource() = default;

    /// Fills `to` with the next bytes and says how many; fewer than asked for only at the end.
    [[nodiscard]] virtual std::size_t read(std::span<char> to) = 0;

    /// Goes to a byte of the content. What is packed is unpacked again from its beginning up to there.
    virtual void seek(std::uint64_t offset) = 0;
};

/// Opens a file by what is in it: plain; gzip; a .7z archive, of which `member` is the name of the file wanted, in
/// whatever folder of the archive ("": its only file). A zip archive, and one without that file, are Errors.
[[nodiscard]] std::unique_ptr<ByteSource> open_bytes(const std::filesystem::path& path, std::string_view member = {});

}  // namespace anabranch::lm
