#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "anabranch/error.h"
#include "anabranch/lm/json/json.h"
#include "anabranch/lm/json/writer.h"

using anabranch::Error;
using anabranch::lm::Json;
using anabranch::lm::JsonWriter;

TEST_CASE("json writer: nested text") {
    JsonWriter writer;
    writer.begin_object().key("a").begin_array().value(1).value("x\n\"\u00e9").null().begin_object().end_object();
    writer.end_array().key("b").value(true).end_object();
    CHECK(writer.take() == "{\"a\":[1,\"x\\n\\\"\u00e9\",null,{}],\"b\":true}");
    CHECK(writer.value(std::numeric_limits<std::uint64_t>::max()).take() == "18446744073709551615");
}

TEST_CASE("json writer: numbers read back as the same value") {
    for (const double number : {0.1, -1e-310, 1.0 / 3, 1e300, 0.0}) {
        CHECK(Json::parse(JsonWriter().value(number).take()).number() == number);
    }
    CHECK(JsonWriter().value(0.1F).take() == "0.1");
    CHECK(static_cast<float>(Json::parse(JsonWriter().value(16777217.0F / 3).take()).number()) == 16777217.0F / 3);
}

TEST_CASE("json writer: what JSON cannot say is refused") {
    CHECK_THROWS_AS(JsonWriter().value(std::nan("")), Error);
    CHECK_THROWS_AS(JsonWriter().value(std::numeric_limits<float>::infinity()), Error);
    CHECK_THROWS_AS(JsonWriter().value("\xff"), Error);
    CHECK_THROWS_AS(JsonWriter().key("a"), Error);
    CHECK_THROWS_AS(JsonWriter().value(1).value(2), Error);
    CHECK_THROWS_AS(JsonWriter().begin_object().value(1), Error);
    CHECK_THROWS_AS(JsonWriter().begin_object().key("a").key("b"), Error);
    CHECK_THROWS_AS(JsonWriter().begin_object().key("a").end_object(), Error);
    CHECK_THROWS_AS(JsonWriter().begin_object().end_array(), Error);
    CHECK_THROWS_AS((void)JsonWriter().begin_array().take(), Error);
}
