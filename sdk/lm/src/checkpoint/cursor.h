#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "anabranch/error.h"

namespace anabranch::lm {

/// Reads little-endian values from bytes that may lie about their lengths. Errors give the file's name and the offset.
class Cursor {
  public:
    Cursor(std::string_view file, std::span<const std::byte> bytes) : file_(file), bytes_(bytes) {}

    [[nodiscard]] std::size_t position() const { return position_; }
    [[nodiscard]] std::size_t remaining() const { return bytes_.size() - position_; }

    /// The next `size` bytes; `what` they are is named when the file is too short.
    std::span<const std::byte> take(std::uint64_t size, std::string_view what) {
        if (size > remaining()) {
            fail(position_, cat(what, " takes ", size, " bytes, but only ", remaining(),
                                " are left; the file is truncated or damaged, get it again"));
        }
        const auto taken = bytes_.subspan(position_, static_cast<std::size_t>(size));
        position_ += taken.size();
        return taken;
    }

    template <typename Number>
    Number number(std::string_view what) {
        Number value;
        std::memcpy(&value, take(sizeof(Number), what).data(), sizeof(Number));
        return value;
    }

    /// A 64-bit length and as many bytes.
    std::string_view string(std::string_view what) {
        const auto text = take(number<std::uint64_t>(what), what);
        return {reinterpret_cast<const char*>(text.data()), text.size()};
    }

    /// A 64-bit count of things that take at least `least_bytes` each, refused before anything is allocated for them.
    std::uint64_t count(std::uint64_t least_bytes, std::string_view what) {
        const std::size_t start = position_;
        const auto value = number<std::uint64_t>(what);
        if (value > remaining() / least_bytes) {
            fail(start, cat(what, " is ", value, ", more than the ", remaining(), " bytes left can hold"));
        }
        return value;
    }

    [[noreturn]] void fail(std::size_t offset, const std::string& problem) const {
        throw Error(cat(file_, ": byte ", offset, ": ", problem));
    }

  private:
    std::string_view file_;
    std::span<const std::byte> bytes_;
    std::size_t position_ = 0;
};

}  // namespace anabranch::lm
