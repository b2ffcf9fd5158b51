#pragma once

#include <anabranch/column.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace anabranch::sink {

/// One row of a column as one line for a terminal, cut to `width` characters (0: not cut) with "…" at the end. Line
/// breaks become "⏎"; other control characters, which could steer the terminal, and bytes that are not UTF-8 are made
/// visible. Arrays must be on the CPU.
[[nodiscard]] std::string printable_cell(const Column& column, std::int64_t row, std::size_t width);

/// Number of characters (code points) in UTF-8 text.
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace anabranch::sink
