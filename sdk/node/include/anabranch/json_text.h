#pragma once

#include <anabranch/packet.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace anabranch {

/// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_quote(std::string_view text);
/// The shortest decimal text that reads back as `value`; "null" for NaN and infinities, which JSON lacks.
[[nodiscard]] std::string json_number(double value);
[[nodiscard]] std::string json_number(float value);
/// Row `row` of every column as one JSON object: strings, numbers, and (nested) lists of numbers. Arrays must be on the
/// CPU.
[[nodiscard]] std::string json_row(const Packet& packet, std::int64_t row);

}  // namespace anabranch
