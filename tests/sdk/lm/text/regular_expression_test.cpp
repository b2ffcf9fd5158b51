#include "anabranch/lm/text/regular_expression.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "anabranch/error.h"

using anabranch::Error;
using anabranch::lm::RegularExpression;

TEST_CASE("regular_expression: counts what does not overlap") {
    CHECK(RegularExpression("a").count("") == 0);
    CHECK(RegularExpression("a").count("banana") == 3);
    CHECK(RegularExpression("ana").count("banana") == 1);
    CHECK(RegularExpression("a").count("banana", 2) == 2);
    CHECK(RegularExpression("^b").count("bb") == 1);
    CHECK(RegularExpression("(?m)^b").count("b\nb") == 2);
    CHECK(RegularExpression("x").found_in("axb"));
    CHECK_FALSE(RegularExpression("x").found_in("ab"));
}

TEST_CASE("regular_expression: empty matches count as in other languages") {
    CHECK(RegularExpression("").count("abc") == 4);
    CHECK(RegularExpression("x*").count("axb") == 4);  // Python's re.findall: '', 'x', '', ''
    CHECK(RegularExpression("").count("\xC3\xA9") == 2);
    CHECK(RegularExpression("").count("\r\n") == 3);
}

TEST_CASE("regular_expression: letters and cases are Unicode's") {
    CHECK(RegularExpression("^\\w+$").found_in("\xC3\xA9t\xC3\xA9"));
    CHECK(RegularExpression(".").count("\xF0\x9F\x98\x80") == 1);
    CHECK_FALSE(RegularExpression("\xC3\x89").found_in("\xC3\xA9"));
    CHECK(RegularExpression("\xC3\x89", {.ignore_case = true}).found_in("\xC3\xA9"));
}

TEST_CASE("regular_expression: bytes that are not UTF-8 match nothing and hide nothing") {
    CHECK(RegularExpression("a").count("a\xFF"
                                       "a\x80"
                                       "a") == 3);
    CHECK(RegularExpression("\xC3\xA9").count("\xC3\xA9\xE2\x82") == 1);
    CHECK(RegularExpression("").count("\xFF") >= 1);
}

TEST_CASE("regular_expression: words are whole, text, and longest first") {
    const auto words =
        RegularExpression::any_word({"cat", "c++", "new", "new york", "\xC3\xA9t\xC3\xA9"}, {.ignore_case = true});
    CHECK(words.count("a cat, a Cat; cats concat _cat") == 2);
    CHECK(words.count("C++ and c+++") == 2);
    CHECK(words.count("New York is new") == 2);
    CHECK(words.count("\xC3\x89T\xC3\x89 \xC3\xA9t\xC3\xA9s") == 1);
    CHECK(RegularExpression::any_word({"a.b"}, {}).count("a.b axb") == 1);
    CHECK_THROWS_AS(RegularExpression::any_word({}, {}), Error);
    CHECK_THROWS_AS(RegularExpression::any_word({"a", ""}, {}), Error);
    std::vector<std::string> many;
    for (int i = 0; i < 100'000; ++i) many.push_back("word" + std::to_string(i));
    CHECK_THROWS_AS(RegularExpression::any_word(many, {}), Error);
    many.resize(3000);
    CHECK(RegularExpression::any_word(many, {}).count("word2999 word3000 word29990") == 1);
}

TEST_CASE("regular_expression: a wrong pattern says where") {
    CHECK_THROWS_WITH_AS(RegularExpression("a(b"),
                         "the regular expression \"a(b\" is wrong at character 4: missing closing parenthesis", Error);
    CHECK_THROWS_AS(RegularExpression("\xFF"), Error);
}

TEST_CASE("regular_expression: no pattern hangs") {
    const auto begin = std::chrono::steady_clock::now();
    const std::string text(100'000, 'a');
    CHECK_THROWS_AS((void)RegularExpression("(a+)+$").count(text + "b"), Error);
    CHECK_THROWS_AS((void)RegularExpression("(?:a|aa)+$").count(text + "b"), Error);
    CHECK(RegularExpression("^(?:a|b)+$").count(text) == 1);  // deep, but not wrong
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}
