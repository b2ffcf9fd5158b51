#include <framework/report/crc32c.h>
#include <framework/report/event_record.h>

#include <bit>

namespace anabranch::framework {
namespace {

// Written by hand: a dozen fields of tensorflow's event.proto, summary.proto and tensor.proto, which have not changed
// in years, against a protobuf compiler and its library in every build.

std::string little_endian(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>((value >> (8 * i)) & 0xFFU);
    return text;
}

std::string varint(std::uint64_t value) {
    std::string text;
    for (; value >= 0x80; value >>= 7U) text += static_cast<char>((value & 0x7FU) | 0x80U);
    return text + static_cast<char>(value);
}

enum WireType : std::uint8_t { wire_varint = 0, wire_64_bits = 1, wire_bytes = 2, wire_32_bits = 5 };

std::string key(std::uint64_t field, WireType type) {
    return varint(field << 3U | type);
}

std::string number(std::uint64_t field, std::uint64_t value) {
    return key(field, wire_varint) + varint(value);
}

std::string message(std::uint64_t field, std::string_view bytes) {
    return key(field, wire_bytes) + varint(bytes.size()) + std::string(bytes);
}

/// "Masked" as in TFRecord files, which may hold checksums of checksums.
std::string checksum(std::string_view bytes) {
    const std::uint32_t crc = crc32c(bytes);
    return little_endian(static_cast<std::uint32_t>(std::rotr(crc, 15) + 0xA282EAD8U), 4);
}

std::string record(double wall_time, std::uint64_t step, const std::string& what) {
    std::string event = key(1, wire_64_bits) + little_endian(std::bit_cast<std::uint64_t>(wall_time), 8);
    if (step > 0) event += number(2, step);
    event += what;
    const std::string length = little_endian(event.size(), 8);
    return length + checksum(length) + event + checksum(event);
}

constexpr std::uint64_t summary_field = 5;  ///< Event.summary
constexpr std::uint64_t value_field = 1;    ///< Summary.value

}  // namespace

std::string version_record(double wall_time) {
    return record(wall_time, 0, message(3, "brain.Event:2"));
}

std::string scalars_record(double wall_time, std::uint64_t step, const Metrics& metrics) {
    std::string values;
    for (const auto& [name, value] : metrics) {
        const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
        values += message(value_field, message(1, name) + key(2, wire_32_bits) + little_endian(bits, 4));
    }
    return record(wall_time, step, message(summary_field, values));
}

std::string text_record(double wall_time, std::uint64_t step, std::string_view tag, std::string_view text) {
    constexpr std::uint64_t type_string = 7;
    const std::string metadata = message(1, message(1, "text"));  // SummaryMetadata.plugin_data
    const std::string shape = message(2, number(1, 1));           // one dimension, of size 1
    const std::string tensor = number(1, type_string) + message(2, shape) + message(8, text);  // string_val
    return record(
        wall_time, step,
        message(summary_field, message(value_field, message(1, tag) + message(8, tensor) + message(9, metadata))));
}

}  // namespace anabranch::framework
