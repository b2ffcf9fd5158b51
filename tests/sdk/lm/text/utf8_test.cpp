#include "anabranch/lm/text/utf8.h"

#include <doctest/doctest.h>

#include <string>

#include "anabranch/error.h"

using namespace anabranch::lm;

TEST_CASE("utf8: well-formed text is accepted") {
    CHECK_FALSE(find_invalid_utf8(""));
    CHECK_FALSE(find_invalid_utf8("plain"));
    CHECK_FALSE(find_invalid_utf8("\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"));
    CHECK_FALSE(find_invalid_utf8("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
    CHECK_FALSE(find_invalid_utf8(std::string_view("a\0b", 3)));
}

TEST_CASE("utf8: the first bad byte is found") {
    const auto bad_at = [](std::string_view text) { return find_invalid_utf8(text).value_or(999); };
    CHECK(bad_at("ab\x80") == 2);    // lone continuation
    CHECK(bad_at("\xC0\xAF") == 0);  // overlong
    CHECK(bad_at("\xC1\xBF") == 0);
    CHECK(bad_at("a\xE0\x9F\xBF") == 1);     // overlong
    CHECK(bad_at("\xED\xA0\x80") == 0);      // surrogate
    CHECK(bad_at("\xF0\x8F\xBF\xBF") == 0);  // overlong
    CHECK(bad_at("\xF4\x90\x80\x80") == 0);  // above U+10FFFF
    CHECK(bad_at("\xF5\x80\x80\x80") == 0);
    CHECK(bad_at("\xC3\xA9\xC3") == 2);  // cut
    CHECK(bad_at("\xF0\x9F\x98") == 0);
    CHECK(bad_at("\xE2\x82"
                 "a") == 0);
}

TEST_CASE("utf8: require_utf8 names the place") {
    CHECK_NOTHROW(require_utf8("caf\xC3\xA9", "f.txt:1"));
    CHECK_THROWS_WITH_AS(require_utf8("caf\xE9!", "f.txt:1"),
                         "f.txt:1: byte 3 (0xE9) is not valid UTF-8; convert the text to UTF-8, for example with iconv",
                         anabranch::Error);
}

TEST_CASE("utf8: code points are counted as Python's len does") {
    CHECK(count_code_points("") == 0);
    CHECK(count_code_points("abc") == 3);
    CHECK(count_code_points("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80") == 3);
}

TEST_CASE("utf8: truncation never cuts a code point") {
    const std::string_view text = "a\xE2\x82\xAC\xF0\x9F\x98\x80";  // 1 + 3 + 4 bytes
    const std::size_t expected[] = {0, 1, 1, 1, 4, 4, 4, 4, 8, 8};
    for (std::size_t bytes = 0; bytes < 10; ++bytes) CHECK(truncate_utf8(text, bytes).size() == expected[bytes]);
    CHECK(truncate_utf8("\x80\x80\x80\x80\x80", 4).size() == 4);
}

TEST_CASE("utf8: decoding and encoding are inverse") {
    for (const char32_t code_point : {0x0U, 0x41U, 0x7FU, 0x80U, 0x7FFU, 0x800U, 0xFFFDU, 0x10000U, 0x10FFFFU}) {
        std::string text;
        append_utf8(text, code_point);
        std::size_t offset = 0;
        CHECK(next_code_point(text, offset) == code_point);
        CHECK(offset == text.size());
    }
    std::string surrogate;
    append_utf8(surrogate, 0xD800);
    CHECK(surrogate == "\xEF\xBF\xBD");
    std::size_t offset = 0;
    CHECK(next_code_point("\xFFz", offset) == 0xFFFD);
    CHECK(offset == 1);
}
