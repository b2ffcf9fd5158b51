#include <doctest/doctest.h>

#include <random>
#include <span>
#include <vector>

#include "anabranch/error.h"
#include "anabranch/lm/checkpoint/dequantise.h"
#include "anabranch/lm/checkpoint/gguf.h"
#include "gguf_bytes.h"

using anabranch::Error;
using anabranch::lm::GgufFile;

namespace {

// Opens the bytes and reads all there is. An Error is a fine outcome, anything else that is thrown is not.
bool survives(std::span<const std::byte> bytes) {
    try {
        const GgufFile file("attacked", bytes);
        for (const auto& [key, value] : file.metadata()) {
            if (value.array && value.type == 8) (void)file.get<std::vector<std::string>>(key);
        }
        for (const auto& tensor : file.tensors()) {
            std::vector<float> numbers(tensor.element_count());
            if (anabranch::lm::can_dequantise(tensor.type)) anabranch::lm::dequantise(tensor, numbers);
        }
    } catch (const Error&) {
        return false;
    }
    return true;
}

}  // namespace

TEST_CASE("gguf attack: every prefix of a file is an error") {
    const std::vector<std::byte> whole = small_gguf().bytes();
    REQUIRE(survives(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        std::vector<std::byte> prefix = whole;  // a copy of its own, so that a sanitizer sees reads past its end
        prefix.resize(size);
        prefix.shrink_to_fit();
        CAPTURE(size);
        CHECK_FALSE(survives(prefix));
    }
}

TEST_CASE("gguf attack: any single byte changed to any value does no harm") {
    std::vector<std::byte> bytes = small_gguf().bytes();
    int refused = 0;
    for (std::byte& byte : bytes) {
        const std::byte original = byte;
        for (const int value : {0, 1, 2, 8, 9, 0x7F, 0x80, 0xFF, std::to_integer<int>(original) ^ 4}) {
            byte = static_cast<std::byte>(value);
            refused += survives(bytes) ? 0 : 1;
        }
        byte = original;
    }
    CHECK(refused > 500);
    CHECK(survives(bytes));
}

TEST_CASE("gguf attack: random damage does no harm") {
    const std::vector<std::byte> whole = small_gguf().bytes();
    std::mt19937 random(7);
    for (int round = 0; round < 20000; ++round) {
        std::vector<std::byte> bytes = whole;
        for (unsigned i = 0; i <= random() % 4; ++i) bytes[random() % bytes.size()] = static_cast<std::byte>(random());
        (void)survives(bytes);
    }
}
