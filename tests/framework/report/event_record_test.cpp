#include <doctest/doctest.h>
#include <framework/report/crc32c.h>
#include <framework/report/event_record.h>

using namespace anabranch::framework;

namespace {

std::string hex(const std::string& bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        text += digits[static_cast<unsigned char>(byte) >> 4U];
        text += digits[static_cast<unsigned char>(byte) & 15U];
    }
    return text;
}

}  // namespace

TEST_CASE("CRC-32C of RFC 3720, B.4, and of the usual nine digits") {
    std::string bytes(32, '\0');
    CHECK(crc32c(bytes) == 0x8A9136AA);
    CHECK(crc32c(std::string(32, '\xff')) == 0x62A8AB43);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i);
    CHECK(crc32c(bytes) == 0x46DD794E);
    CHECK(crc32c("123456789") == 0xE3069283);
    CHECK(crc32c("") == 0);
}

// The bytes that tensorboard 2.21.0 writes: RecordWriter(file).write(Event(wall_time=1.5, ...).SerializeToString()).
TEST_CASE("records of an event file are the bytes that tensorboard itself writes") {
    CHECK(hex(version_record(1.5)) ==
          "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c");
    CHECK(hex(scalars_record(1.5, 300, {{"env/reward_mean", 0.5}, {"objective/kl", -2.25}})) ==
          "3b000000000000001a23ac5c09000000000000f83f10ac022a2d0a160a0f656e762f7265776172645f6d65616e150000003f0a130a0c"
          "6f626a6563746976652f6b6c15000010c057f41c75");
    CHECK(hex(text_record(1.5, 1, "look", "hello")) ==
          "300000000000000095f5d05f09000000000000f83f10012a230a210a046c6f6f6b420f0807120412020801420568656c6c6f4a080a06"
          "0a0474657874eda1192b");
}
