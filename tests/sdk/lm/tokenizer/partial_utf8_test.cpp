#include "anabranch/lm/tokenizer/partial_utf8.h"

#include <doctest/doctest.h>

#include <string>

using anabranch::lm::complete_utf8_prefix;
using anabranch::lm::replace_invalid_utf8;

TEST_CASE("partial utf-8: only a sequence that more bytes may complete is held back") {
    const std::string text = "a\u00e9\u20ac\U0001F600";
    const std::size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
    for (std::size_t size = 0; size <= text.size(); ++size) {
        CAPTURE(size);
        CHECK(complete_utf8_prefix(text.substr(0, size)) == expected[size]);
    }
    CHECK(complete_utf8_prefix("a\xff") == 2);
    CHECK(complete_utf8_prefix("a\x80") == 2);
    CHECK(complete_utf8_prefix("a\xe0\x80") == 3);
    CHECK(complete_utf8_prefix("\x80\x80\x80\x80") == 4);
}

TEST_CASE("partial utf-8: what is shown for broken text, as Python replaces it") {
    CHECK(replace_invalid_utf8("a\u00e9\U0001F600") == "a\u00e9\U0001F600");
    CHECK(replace_invalid_utf8("") == "");
    CHECK(replace_invalid_utf8("a\xff\xfe z") == "a\uFFFD\uFFFD z");
    CHECK(replace_invalid_utf8("\xf0\x9f\x98") == "\uFFFD");
    CHECK(replace_invalid_utf8("\xf0\x9f\x98 x") == "\uFFFD x");
    CHECK(replace_invalid_utf8("\xe2\x82\xe2\x82\xac") == "\uFFFD\u20ac");
    CHECK(replace_invalid_utf8("\xc0\xaf") == "\uFFFD\uFFFD");
    CHECK(replace_invalid_utf8("\xed\xa0\x80") == "\uFFFD\uFFFD\uFFFD");
    CHECK(replace_invalid_utf8("\xf4\x90\x80\x80") == "\uFFFD\uFFFD\uFFFD\uFFFD");
    CHECK(replace_invalid_utf8("\xe0\x80") == "\uFFFD\uFFFD");
}
