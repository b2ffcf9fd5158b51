#include "anabranch/lm/checkpoint/dequantise.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "anabranch/error.h"
#include "gguf_bytes.h"

using anabranch::Error;
using anabranch::lm::dequantise;
using anabranch::lm::find_ggml_type;

namespace {

std::vector<float> floats(std::string_view type, const GgufBytes& blocks, std::size_t count) {
    std::vector<float> out(count);
    dequantise(*find_ggml_type(type), blocks, out);
    return out;
}

// The definition of a half-precision number, in double precision.
double half_by_definition(unsigned bits) {
    const int exponent = static_cast<int>(bits >> 10 & 31);
    const double fraction = bits & 1023;
    const double sign = (bits & 0x8000) != 0 ? -1 : 1;
    if (exponent == 0) return sign * std::ldexp(fraction, -24);
    return sign * std::ldexp(1024 + fraction, exponent - 25);
}

}  // namespace

TEST_CASE("dequantise: every half-precision number") {
    GgufBytes halves;
    for (unsigned bits = 0; bits < 65536; ++bits) halves.number(static_cast<std::uint16_t>(bits));
    const std::vector<float> values = floats("F16", halves, 65536);
    for (unsigned bits = 0; bits < 65536; ++bits) {
        CAPTURE(bits);
        if ((bits & 0x7C00) != 0x7C00) {
            REQUIRE(values[bits] == half_by_definition(bits));
            REQUIRE(std::signbit(values[bits]) == ((bits & 0x8000) != 0));
        } else if ((bits & 1023) != 0) {
            REQUIRE(std::isnan(values[bits]));
        } else {
            REQUIRE(std::isinf(values[bits]));
        }
    }
    CHECK(anabranch::lm::float_from_half(0xC000) == -2.0F);
}

TEST_CASE("dequantise: F32 and BF16 keep their bits") {
    GgufBytes plain;
    plain.number(1.5F).number(-0.0F).number(3e38F);
    CHECK(floats("F32", plain, 3) == std::vector<float>{1.5F, -0.0F, 3e38F});
    GgufBytes brain;
    brain.number(std::uint16_t{0x3FC0}).number(std::uint16_t{0xC049}).number(std::uint16_t{1});
    CHECK(floats("BF16", brain, 3) == std::vector<float>{1.5F, -3.140625F, std::bit_cast<float>(0x10000U)});
}

TEST_CASE("dequantise: quantised blocks by hand") {
    GgufBytes q8_0;
    q8_0.number(std::uint16_t{0x3800});  // 0.5
    for (int i = 0; i < 32; ++i) q8_0.number(static_cast<std::int8_t>(i == 31 ? -128 : 4 * i));
    const auto eight = floats("Q8_0", q8_0, 32);
    CHECK(eight[0] == 0.0F);
    CHECK(eight[3] == 6.0F);
    CHECK(eight[31] == -64.0F);

    GgufBytes q4_0;
    for (const std::uint16_t scale : {std::uint16_t{0x4000}, std::uint16_t{0xBC00}}) {  // 2, -1
        q4_0.number(scale);
        for (int i = 0; i < 16; ++i) q4_0.number(static_cast<std::uint8_t>(i | (15 - i) << 4));
    }
    const auto four = floats("Q4_0", q4_0, 64);
    for (int i = 0; i < 16; ++i) {
        const auto at = static_cast<std::size_t>(i);
        CHECK(four[at] == 2.0F * static_cast<float>(i - 8));
        CHECK(four[at + 16] == 2.0F * static_cast<float>(7 - i));
        CHECK(four[at + 32] == static_cast<float>(8 - i));
    }

    GgufBytes q4_1;
    q4_1.number(std::uint16_t{0x3400}).number(std::uint16_t{0xBC00});  // 0.25, -1
    for (int i = 0; i < 16; ++i) q4_1.number(static_cast<std::uint8_t>(i | (15 - i) << 4));
    const auto affine = floats("Q4_1", q4_1, 32);
    CHECK(affine[0] == -1.0F);
    CHECK(affine[15] == 2.75F);
    CHECK(affine[16] == 2.75F);
    CHECK(affine[31] == -1.0F);
}

TEST_CASE("dequantise: rows of a tensor") {
    const GgufBytes bytes = small_gguf();
    const anabranch::lm::GgufFile file("m.gguf", bytes);
    std::vector<float> row(3);
    anabranch::lm::dequantise_rows(file.tensor("plain"), 1, 1, row);
    CHECK(row == std::vector<float>{3.0F, 4.0F, 5.0F});
    std::vector<float> all(32);
    dequantise(file.tensor("quantised"), all);
    CHECK(all[0] == -8.0F);
    CHECK(all[31] == 7.5F);
    CHECK_THROWS_AS(anabranch::lm::dequantise_rows(file.tensor("plain"), 2, 1, row), Error);
    CHECK_THROWS_AS(anabranch::lm::dequantise_rows(file.tensor("plain"), 1, ~std::size_t{0}, row), Error);
    CHECK_THROWS_AS(dequantise(file.tensor("plain"), row), Error);
}

TEST_CASE("dequantise: an unsupported type names the tensor, its type and what is supported") {
    GgufBytes bytes;
    bytes.header(1, 0).tensor("blk.0.attn_q.weight", {256}, 12, 0).pad().zeros(144);
    const anabranch::lm::GgufFile file("m.gguf", bytes);
    std::vector<float> out(256);
    std::string message;
    try {
        dequantise(file.tensors()[0], out);
    } catch (const Error& error) {
        message = error.what();
    }
    CHECK(
        message ==
        "tensor \"blk.0.attn_q.weight\" has the type Q4_K, which cannot be dequantised; supported are F32, F16, BF16, "
        "Q8_0, Q4_0, Q4_1. Convert the model to one of them (llama-quantize does)");
    CHECK_FALSE(anabranch::lm::can_dequantise(*find_ggml_type("Q5_0")));
}
