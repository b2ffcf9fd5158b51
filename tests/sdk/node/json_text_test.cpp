#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

using namespace anabranch;
using namespace std::string_literals;

TEST_CASE("texts become JSON strings") {
    CHECK(json_quote("") == "\"\"");
    CHECK(json_quote("a\"b\\c/d") == "\"a\\\"b\\\\c/d\"");
    CHECK(json_quote("\n\t\r") == "\"\\n\\t\\r\"");
    CHECK(json_quote("\0\x01\x1f\x7f"s) == "\"\\u0000\\u0001\\u001f\\u007f\"");
    CHECK(json_quote("ö € 😀") == "\"ö € 😀\"");
}

TEST_CASE("bytes that are not UTF-8 become the replacement character, and nothing around them is lost") {
    const std::string replacement = "\xEF\xBF\xBD";
    const auto replaced = [&](const std::string& bytes) { return json_quote("a" + bytes + "b"); };
    CHECK(replaced("\x80") == "\"a" + replacement + "b\"");                    // a continuation alone
    CHECK(replaced("\xC3") == "\"a" + replacement + "b\"");                    // a sequence cut short
    CHECK(replaced("\xC0\xAF") == "\"a" + replacement + replacement + "b\"");  // overlong
    CHECK(replaced("\xE0\x80\x80") == "\"a" + replacement + replacement + replacement + "b\"");
    CHECK(replaced("\xED\xA0\x80") == "\"a" + replacement + replacement + replacement + "b\"");  // a surrogate
    CHECK(replaced("\xF4\x90\x80\x80").find('\x90') == std::string::npos);                       // beyond U+10FFFF
    CHECK(json_quote("\xE2\x82") == "\"" + replacement + replacement + "\"");                    // cut at the end
    CHECK(replaced("\xF4\x8F\xBF\xBF") ==
          "\"a\xF4\x8F\xBF\xBF"
          "b\"");  // U+10FFFF itself
}

TEST_CASE("numbers are the shortest text that reads back") {
    CHECK(json_number(0.1) == "0.1");
    CHECK(json_number(0.1F) == "0.1");
    CHECK(json_number(-0.0) == "-0");
    CHECK(json_number(3.0) == "3");
    CHECK(json_number(1e300) == "1e+300");
    CHECK(json_number(std::numeric_limits<double>::infinity()) == "null");
    CHECK(json_number(std::nanf("")) == "null");
    for (const double value : {1.0 / 3, 5e-324, 1.7976931348623157e308, 123456789.123456789}) {
        CHECK(std::strtod(json_number(value).c_str(), nullptr) == value);
    }
}

TEST_CASE("a row is one object with every column") {
    const std::vector<std::uint16_t> half{0x3C00, 0xC000, 0x0001, 0x7C00};   // 1, -2, 2^-24, inf
    const std::vector<std::uint16_t> brain{0x3F80, 0xC000, 0x0000, 0x7FC0};  // 1, -2, 0, nan
    const auto raw = [](Dtype dtype, const std::vector<std::uint16_t>& bits) {
        auto owner = std::make_shared<std::vector<std::uint16_t>>(bits);
        const void* data = owner->data();
        return Array(dtype, {2, 2}, Device{}, data, std::move(owner));
    };
    const std::vector<std::uint8_t> flags{1, 0};
    const Packet packet({{"text", Strings({"a", "b\n"})},
                         {"score", Array::of(std::vector<float>{0.5F, -1.5F})},
                         {"cube", Array::of(std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8}, {2, 2, 2})},
                         {"tokens", Ragged::of<std::int64_t>({{}, {4, 5}})},
                         {"half", raw(Dtype::f16, half)},
                         {"brain", raw(Dtype::bf16, brain)},
                         {"flag", Array(Dtype::boolean, {2}, Device{}, flags.data(), nullptr)},
                         {"small", Array::of(std::vector<std::uint8_t>{7, 255})},
                         {"i", Array::of(std::vector<std::int32_t>{-1, 2})},
                         {"wide", Array::of(std::vector<double>{0.1, 0.2})}});
    CHECK(json_row(packet, 0) ==
          R"({"text": "a", "score": 0.5, "cube": [[1, 2], [3, 4]], "tokens": [], "half": [1, -2], "brain": [1, -2], )"
          R"("flag": true, "small": 7, "i": -1, "wide": 0.1})");
    CHECK(json_row(packet, 1) ==
          R"({"text": "b\n", "score": -1.5, "cube": [[5, 6], [7, 8]], "tokens": [4, 5], )"
          R"("half": [5.9604645e-08, null], "brain": [0, null], "flag": false, "small": 255, "i": 2, "wide": 0.2})");
    CHECK(json_row(Packet(), 0) == "{}");
}

TEST_CASE("a column in GPU memory is refused") {
    const Packet packet({{"x", Array(Dtype::f32, {1}, Device{Device::Kind::cuda, 0}, nullptr, nullptr)}});
    CHECK_THROWS_WITH_AS((void)json_row(packet, 0), "a column in GPU memory cannot be written as text", Error);
}
