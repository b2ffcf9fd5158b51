#include "anabranch/lm/text/words.h"

#include <doctest/doctest.h>

#include "anabranch/lm/text/utf8.h"

using anabranch::lm::count_words;

TEST_CASE("words: between white space, with a letter or digit") {
    CHECK(count_words("") == 0);
    CHECK(count_words(" \t\n ") == 0);
    CHECK(count_words("one") == 1);
    CHECK(count_words("  Hello ,  world !\n") == 2);
    CHECK(count_words("don't well-known 3.14 e.g. a/b (x)") == 6);
    CHECK(count_words("- * \xE2\x80\x94 \xE2\x80\xA6 & \xF0\x9F\x98\x80") == 0);  // dash, ellipsis, emoji
    CHECK(count_words("a\xC2\xA0"
                      "b\xE2\x80\x83"
                      "c\xE3\x80\x80"
                      "d") == 4);  // Unicode spaces
}

TEST_CASE("words: other scripts") {
    CHECK(count_words("\xC3\xA9t\xC3\xA9 na\xC3\xAFve") == 2);
    CHECK(count_words("\xD0\xBF\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 \xD0\xBC\xD0\xB8\xD1\x80") == 2);
    CHECK(count_words("\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E\xE3\x80\x82") == 3);  // three ideographs and a full stop
    CHECK(count_words("\xED\x95\x9C\xEA\xB5\xAD \xEB\xA7\x90") == 2);             // Korean has spaces
    CHECK(count_words("abc\xE6\x97\xA5"
                      "def") == 3);
}

TEST_CASE("words: anything but UTF-8 is no word, and no crash") {
    CHECK(count_words("\xFF\xFE a \x80") == 1);
}
