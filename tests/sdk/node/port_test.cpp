#include <anabranch/error.h>
#include <anabranch/port.h>
#include <doctest/doctest.h>

using namespace anabranch;

TEST_CASE("port types read as people write them, and write back") {
    for (const char* text : {"", "*", "score: f32[B]", "*, response: str[B], score: f32[B]", "tokens: i64[B,~T]",
                             "logits: bf16[B,T,V]", "mask: bool[B,T], a_1: u8[N]"}) {
        CHECK(PortType::parse(text).text() == text);
    }
    CHECK(PortType::parse("  a :f32 [ B , ~ T ] ,*").text() == "*, a: f32[B,~T]");
    const PortType type = PortType::parse("*, response: str[B], tokens: i64[B,~T]");
    CHECK(type.passes);
    REQUIRE(type.columns.size() == 2);
    CHECK_FALSE(type.columns[0].dtype);
    CHECK(type.columns[1].dtype == Dtype::i64);
    CHECK(type.columns[1].dimensions == std::vector<Dimension>{{"B", false}, {"T", true}});
    CHECK(type.find("tokens") == &type.columns[1]);
    CHECK(type.find("none") == nullptr);
    CHECK_FALSE(PortType::parse("a: f32[B]").passes);
}

TEST_CASE("a port type that is not well written is an error with the place") {
    const auto message = [](const char* text) -> std::string {
        try {
            (void)PortType::parse(text);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    CHECK(message("score") == "columns \"score\": expected ':' at character 6");
    CHECK(message("score: f8[B]").find("expected one of str bool u8 i32 i64 f16 bf16 f32 f64") != std::string::npos);
    CHECK(message("score: f32") == "columns \"score: f32\": expected '[' at character 11");
    CHECK(message("score: f32[]") == "columns \"score: f32[]\": expected a dimension at character 12");
    CHECK(message("score: f32[B") == "columns \"score: f32[B\": expected ']' at character 13");
    CHECK(message("a: str[B] b: str[B]") ==
          "columns \"a: str[B] b: str[B]\": expected a comma or the end at character 11");
    CHECK(message("a: str[B],") == "columns \"a: str[B],\": expected a column's name at character 11");
    CHECK(message(": f32[B]") == "columns \": f32[B]\": expected a column's name at character 1");
}

TEST_CASE("a column type admits columns of its kind, dtype and number of dimensions") {
    const auto type = [](const char* text) { return PortType::parse(text).columns.front(); };
    const Column text = Strings({"a"});
    const Column vector = Array::of(std::vector<float>{1, 2});
    const Column matrix = Array::of(std::vector<float>{1, 2}, {2, 1});
    const Column ragged = Ragged::of<float>({{1}, {2, 3}});
    CHECK(type("x: str[B]").admits(text));
    CHECK_FALSE(type("x: str[B]").admits(vector));
    CHECK(type("x: f32[B]").admits(vector));
    CHECK_FALSE(type("x: f32[B]").admits(matrix));
    CHECK_FALSE(type("x: f32[B]").admits(text));
    CHECK_FALSE(type("x: f64[B]").admits(vector));
    CHECK(type("x: f32[B,T]").admits(matrix));
    CHECK_FALSE(type("x: f32[B,T]").admits(ragged));
    CHECK(type("x: f32[B,~T]").admits(ragged));
    CHECK_FALSE(type("x: f32[B,~T]").admits(matrix));
    CHECK_FALSE(type("x: i64[B,~T]").admits(ragged));
}
