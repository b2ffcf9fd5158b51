#include <doctest/doctest.h>

#include <random>
#include <span>
#include <vector>

#include "anabranch/error.h"
#include "anabranch/lm/checkpoint/safetensors.h"
#include "safetensors_bytes.h"

namespace {

// Opens the bytes and touches all there is. An Error is a fine outcome, anything else that is thrown is not.
bool survives(std::span<const std::byte> bytes) {
    try {
        const anabranch::lm::SafetensorsFile file("attacked", bytes);
        unsigned sum = 0;
        for (const auto& [name, tensor] : file.tensors()) {
            for (const std::byte byte : tensor.bytes) sum += std::to_integer<unsigned>(byte);
        }
        CHECK(sum <= 255 * bytes.size());
    } catch (const anabranch::Error&) {
        return false;
    }
    return true;
}

}  // namespace

TEST_CASE("safetensors attack: every prefix of a file is an error") {
    const auto whole = safetensors_bytes(small_safetensors_header, 11);
    REQUIRE(survives(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        auto prefix = whole;  // a copy of its own, so that a sanitizer sees reads past its end
        prefix.resize(size);
        prefix.shrink_to_fit();
        CAPTURE(size);
        CHECK_FALSE(survives(prefix));
    }
}

TEST_CASE("safetensors attack: any single byte changed to any value does no harm") {
    auto bytes = safetensors_bytes(small_safetensors_header, 11);
    int refused = 0;
    for (std::byte& byte : bytes) {
        const std::byte original = byte;
        for (int value = 0; value < 256; ++value) {
            byte = static_cast<std::byte>(value);
            refused += survives(bytes) ? 0 : 1;
        }
        byte = original;
    }
    CHECK(refused > 20000);
    CHECK(survives(bytes));
}

TEST_CASE("safetensors attack: random damage does no harm") {
    const auto whole = safetensors_bytes(small_safetensors_header, 11);
    std::mt19937 random(7);
    const std::string_view pieces = "0123456789-[]{}\",:.e\\ \xff";
    for (int round = 0; round < 20000; ++round) {
        auto bytes = whole;
        for (unsigned i = 0; i <= random() % 4; ++i) {
            bytes[8 + random() % (bytes.size() - 8)] = static_cast<std::byte>(pieces[random() % pieces.size()]);
        }
        (void)survives(bytes);
    }
}
