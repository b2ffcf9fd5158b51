#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace anabranch::lm {

/// Offset of the first byte that is not well-formed UTF-8 (overlong forms, surrogates and code points above U+10FFFF
/// count as ill-formed), or nothing.
[[nodiscard]] std::optional<std::size_t> find_invalid_utf8(std::string_view text);

/// Throws an Error "<what>: byte <offset> (0x..) is not UTF-8 ..." unless `text` is well-formed.
void require_utf8(std::string_view text, std::string_view what);

/// Number of code points in well-formed UTF-8, which is Python's `len`. In other bytes: of non-continuation bytes.
[[nodiscard]] std::size_t count_code_points(std::string_view text);

/// The longest prefix of at most `maximum_bytes` that does not end inside a code point.
[[nodiscard]] std::string_view truncate_utf8(std::string_view text, std::size_t maximum_bytes);

/// Reads the code point at `offset` and moves `offset` behind it. Ill-formed bytes give U+FFFD, one byte at a time.
/// `offset` must be below `text.size()`.
[[nodiscard]] char32_t next_code_point(std::string_view text, std::size_t& offset);

/// Appends a code point; a surrogate or one above U+10FFFF becomes U+FFFD.
void append_utf8(std::string& text, char32_t code_point);

}  // namespace anabranch::lm
