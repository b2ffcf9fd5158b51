#include <anabranch/json_text.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

namespace anabranch {
namespace {

/// Length of the UTF-8 sequence at the start of `text`; 0 when it is none.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xC2 && first < 0xE0 ? 2
                               : (first & 0xF0) == 0xE0        ? 3
                               : first >= 0xF0 && first < 0xF5 ? 4
                                                               : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
    }
    const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
    const bool outside = (first == 0xED && byte(1) >= 0xA0) || (first == 0xF4 && byte(1) >= 0x90);
    return overlong || outside ? 0 : length;
}

template <typename T>
std::string shortest(T value) {
    if (!std::isfinite(value)) return "null";
    char buffer[32];
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
    return {buffer, result.ptr};
}

std::string half_text(std::uint16_t bits, bool bfloat) {
    if (bfloat) return json_number(std::bit_cast<float>(std::uint32_t{bits} << 16));
    const int exponent = (bits >> 10) & 31;
    const auto fraction = static_cast<float>(bits & 1023);
    const float size = exponent == 31  ? (fraction == 0 ? INFINITY : NAN)
                       : exponent == 0 ? std::ldexp(fraction, -24)
                                       : std::ldexp(1024 + fraction, exponent - 25);
    return json_number((bits & 0x8000) != 0 ? -size : size);
}

std::string element(const Array& array, std::int64_t index) {
    const auto at = [&]<typename T>(T) {
        T value;
        std::memcpy(&value, static_cast<const char*>(array.data()) + static_cast<std::size_t>(index) * sizeof(T),
                    sizeof(T));
        return value;
    };
    switch (array.dtype()) {
        case Dtype::boolean:
            return at(std::uint8_t{}) != 0 ? "true" : "false";
        case Dtype::u8:
            return std::to_string(at(std::uint8_t{}));
        case Dtype::i32:
            return std::to_string(at(std::int32_t{}));
        case Dtype::i64:
            return std::to_string(at(std::int64_t{}));
        case Dtype::f16:
            return half_text(at(std::uint16_t{}), false);
        case Dtype::bf16:
            return half_text(at(std::uint16_t{}), true);
        case Dtype::f32:
            return json_number(at(float{}));
        case Dtype::f64:
            return json_number(at(double{}));
    }
    throw Error("an array has a dtype that does not exist");
}

/// The elements of `array` under `prefix`, the index of a sub-array of the dimensions before `dimension`.
std::string nested(const Array& array, std::int64_t prefix, std::size_t dimension) {
    if (dimension == array.shape().size()) return element(array, prefix);
    std::string out = "[";
    const std::int64_t size = array.shape()[dimension];
    for (std::int64_t i = 0; i < size; ++i)
        out += (i == 0 ? "" : ", ") + nested(array, prefix * size + i, dimension + 1);
    return out + "]";
}

std::string cell(const Column& column, std::int64_t row) {
    if (const auto* strings = std::get_if<Strings>(&column)) {
        return json_quote(strings->values()[static_cast<std::size_t>(row)]);
    }
    const auto* array = std::get_if<Array>(&column);
    const auto* ragged = std::get_if<Ragged>(&column);
    const Array& memory = array != nullptr ? *array : ragged->flat();
    if (memory.device().kind != Device::Kind::cpu) throw Error("a column in GPU memory cannot be written as text");
    if (array != nullptr) return nested(*array, row, 1);
    std::string out = "[";
    const auto first = ragged->offsets()[static_cast<std::size_t>(row)];
    for (auto i = first; i < ragged->offsets()[static_cast<std::size_t>(row) + 1]; ++i) {
        out += (i == first ? "" : ", ") + element(memory, i);
    }
    return out + "]";
}

}  // namespace

std::string json_quote(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        const char first = text.front();
        if (length == 0) {
            out += "\xEF\xBF\xBD";
        } else if (first == '"' || first == '\\') {
            out += {'\\', first};
        } else if (first == '\n') {
            out += "\\n";
        } else if (first == '\t') {
            out += "\\t";
        } else if (first == '\r') {
            out += "\\r";
        } else if (static_cast<unsigned char>(first) < 0x20 || first == 0x7F) {
            constexpr std::string_view digits = "0123456789abcdef";
            const auto code = static_cast<unsigned char>(first);
            out += {'\\', 'u', '0', '0', digits[code >> 4], digits[code & 15]};
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out + "\"";
}

std::string json_number(double value) {
    return shortest(value);
}
std::string json_number(float value) {
    return shortest(value);
}

std::string json_row(const Packet& packet, std::int64_t row) {
    std::string out = "{";
    for (const auto& [name, column] : packet.columns()) {
        out += cat(out.size() == 1 ? "" : ", ", json_quote(name), ": ", cell(column, row));
    }
    return out + "}";
}

}  // namespace anabranch
