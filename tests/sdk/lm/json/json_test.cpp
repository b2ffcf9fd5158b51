#include "anabranch/lm/json/json.h"

#include <doctest/doctest.h>
#include <support/error_of.h>

#include <string>

using anabranch::lm::Json;
using anabranch::tests::error_of;

namespace {

std::string parse_error(std::string_view text) {
    return error_of([&] { (void)Json::parse(text, "f.json"); });
}

}  // namespace

TEST_CASE("json: values of every kind") {
    const Json json =
        Json::parse(R"({"a": [1, -2, 2.5, true, null], "b": {"c": "\u00e9\ud83d\ude00"}, "": 18446744073709551615})");
    CHECK(json.kind() == Json::Kind::object);
    CHECK(json.size() == 3);
    CHECK(json.at("a").size() == 5);
    CHECK(json.at("a").at(0).integer() == 1);
    CHECK(json.at("a").at(0).unsigned_integer() == 1);
    CHECK(json.at("a").at(1).integer() == -2);
    CHECK(json.at("a").at(2).number() == 2.5);
    CHECK(json.at("a").at(1).number() == -2.0);
    CHECK(json.at("a").at(3).boolean());
    CHECK(json.at("a").at(4).is_null());
    CHECK(json.at("b").at("c").string() == "\u00e9\U0001F600");
    CHECK(json.at("").unsigned_integer() == 18446744073709551615ULL);
    CHECK_FALSE(json.find("d").has_value());
}

TEST_CASE("json: members keep the order of the text and outlive the handle of the document") {
    Json inner = Json::parse("null");
    {
        const Json json = Json::parse(R"({"z": 1, "a": 2, "m": {"deep": 3}})");
        CHECK(json.key(0) == "z");
        CHECK(json.key(1) == "a");
        CHECK(json.member(1).integer() == 2);
        inner = json.at("m");
    }
    CHECK(inner.at("deep").integer() == 3);
    CHECK(inner.path() == "$.m");
}

TEST_CASE("json: a getter of the wrong type names file, path, what is there and what was expected") {
    const Json json = Json::parse(R"({"rope": {"type": 3, "odd key": [1.5, "x"]}})", "config.json");
    CHECK(error_of([&] { (void)json.at("rope").at("type").string(); }) ==
          "config.json: $.rope.type is a number; expected a string");
    CHECK(error_of([&] { (void)json.at("rope").at("odd key").at(0).integer(); }) ==
          "config.json: $.rope[\"odd key\"][0] is 1.5; expected an integer of at most 64 bits");
    CHECK(error_of([&] { (void)json.at("rope").at("odd key").at(1).number(); }) ==
          "config.json: $.rope[\"odd key\"][1] is a string; expected a number");
    CHECK(error_of([&] { (void)json.at("rope").at("base"); }) ==
          "config.json: $.rope has no \"base\"; it has: type, odd key");
    CHECK(error_of([&] { (void)json.at("rope").at("odd key").at(2); }) ==
          "config.json: $.rope[\"odd key\"] has 2 elements; no element 2");
    CHECK(error_of([&] { (void)json.at(0); }) == "config.json: $ is an object; expected an array");
    CHECK(error_of([] { (void)Json::parse("-1").unsigned_integer(); }) ==
          "JSON: $ is -1; expected an integer from 0 on, of at most 64 bits");
    CHECK(error_of([] { (void)Json::parse("9223372036854775808").integer(); }) ==
          "JSON: $ is 9223372036854775808; expected an integer of at most 64 bits");
}

TEST_CASE("json: syntax errors say where") {
    CHECK(parse_error("{\"a\": 1,\n \"b\": }").find("f.json: not valid JSON at line 2, column 7 (byte 15)") == 0);
    CHECK(parse_error("").find("f.json: not valid JSON at line 1, column 1") == 0);
    CHECK(parse_error("[1] 2").find("line 1, column 5") != std::string::npos);
    CHECK(parse_error("[1,]").find("line 1, column 4") != std::string::npos);
    CHECK(parse_error("{'a': 1}").find("line 1, column 2") != std::string::npos);
    CHECK(parse_error("[NaN]") != "no error");
    CHECK(parse_error("[1e999]") != "no error");
    CHECK(parse_error("\"\\ud800\"") != "no error");
}

TEST_CASE("json: strict about duplicates, depth and UTF-8") {
    CHECK(parse_error(R"({"a": {"k": 1, "k": 2}})") == "f.json: $.a has the key \"k\" twice; a key may stand once");
    CHECK(parse_error(std::string(64, '[') + std::string(64, ']')) == "no error");
    CHECK(parse_error(std::string(65, '[') + std::string(65, ']')).find("nested deeper than 64") != std::string::npos);
    CHECK(parse_error(std::string(1'000'000, '[')).find("nested deeper than 64") != std::string::npos);
    CHECK(parse_error("\"\xff\"").find("byte 1)") != std::string::npos);
    CHECK(parse_error("\"\xc0\xaf\"") != "no error");
    CHECK(parse_error("\"\xed\xa0\x80\"") != "no error");
}

TEST_CASE("json: a missing file is named") {
    CHECK(error_of([] { (void)Json::read_file("no/such/file.json"); }).find("no/such/file.json: cannot be read") == 0);
    CHECK(error_of([] { (void)Json::read_file("."); }).find(".: cannot be read") == 0);
}
