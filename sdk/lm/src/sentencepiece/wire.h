#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

namespace anabranch::lm {

/// One field of a message in protobuf's wire format.
struct WireField {
    std::uint32_t number = 0;
    std::uint64_t integer = 0;  // a varint, or the bits of a fixed number
    std::string_view bytes{};   // a string or a message
    bool is_bytes = false;

    [[nodiscard]] float number32() const { return std::bit_cast<float>(static_cast<std::uint32_t>(integer)); }
};

/// Takes the fields of a message one after the other.
class WireReader {
  public:
    /// `source` begins the messages of errors.
    WireReader(std::string_view message, std::string_view source) : rest_(message), source_(source) {}
    /// The next field; false at the end. Bytes that are no such message are an Error.
    [[nodiscard]] bool next(WireField& field);

  private:
    [[nodiscard]] std::uint64_t varint();
    [[nodiscard]] std::string_view take(std::uint64_t size);
    [[noreturn]] void fail() const;

    std::string_view rest_;
    std::string_view source_;
};

/// Writes a message.
class WireWriter {
  public:
    WireWriter& integer(std::uint32_t number, std::uint64_t value);
    WireWriter& number32(std::uint32_t number, float value);
    WireWriter& bytes(std::uint32_t number, std::string_view value);
    [[nodiscard]] const std::string& message() const { return message_; }

  private:
    void varint(std::uint64_t value);
    std::string message_;
};

}  // namespace anabranch::lm
