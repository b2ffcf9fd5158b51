#include "wire.h"

#include <cstring>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

enum Kind : std::uint32_t { varint_kind = 0, fixed64_kind = 1, bytes_kind = 2, fixed32_kind = 5 };

}  // namespace

void WireReader::fail() const {
    throw Error(cat(source_, ": is no SentencePiece model, or a damaged one (", rest_.size(),
                    " bytes before its end); get it again"));
}

std::string_view WireReader::take(std::uint64_t size) {
    if (size > rest_.size()) fail();
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(taken.size());
    return taken;
}

std::uint64_t WireReader::varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const auto byte = static_cast<unsigned char>(take(1).front());
        value |= std::uint64_t{byte & 0x7FU} << shift;
        if (byte < 0x80) return value;
    }
    fail();
}

bool WireReader::next(WireField& field) {
    if (rest_.empty()) return false;
    const std::uint64_t tag = varint();
    if (tag >> 3 == 0 || tag >> 32 != 0) fail();
    field = {.number = static_cast<std::uint32_t>(tag >> 3)};
    const auto fixed = [&](std::size_t size) {  // little endian, as every host of the project
        std::memcpy(&field.integer, take(size).data(), size);
    };
    switch (static_cast<Kind>(tag & 7)) {
        case varint_kind:
            field.integer = varint();
            return true;
        case fixed64_kind:
            fixed(8);
            return true;
        case bytes_kind:
            field.is_bytes = true;
            field.bytes = take(varint());
            return true;
        case fixed32_kind:
            fixed(4);
            return true;
    }
    fail();
}

void WireWriter::varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) message_ += static_cast<char>((value & 0x7F) | 0x80);
    message_ += static_cast<char>(value);
}

WireWriter& WireWriter::integer(std::uint32_t number, std::uint64_t value) {
    varint(std::uint64_t{number} << 3 | varint_kind);
    varint(value);
    return *this;
}

WireWriter& WireWriter::number32(std::uint32_t number, float value) {
    varint(std::uint64_t{number} << 3 | fixed32_kind);
    char bits[sizeof(value)];
    std::memcpy(bits, &value, sizeof(value));
    message_.append(bits, sizeof(value));
    return *this;
}

WireWriter& WireWriter::bytes(std::uint32_t number, std::string_view value) {
    varint(std::uint64_t{number} << 3 | bytes_kind);
    varint(value.size());
    message_ += value;
    return *this;
}

}  // namespace anabranch::lm
