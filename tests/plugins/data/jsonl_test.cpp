#include <doctest/doctest.h>
#include <plugins/data/nodes.h>
#include <plugins/node_tools.h>
#include <support/temporary_folder.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

Given given(const std::string& path, const std::string& columns, std::int64_t batch = 8) {
    return {{"path", path}, {"columns", columns}, {"batch", batch}};
}
std::string error_with(const Given& parameters) {
    return error_of(
        [&] { return harness(data::add_jsonl, parameters).run(std::map<std::string, Packet, std::less<>>{}); });
}

}  // namespace

TEST_CASE("data.jsonl: columns of every type") {
    const TemporaryFolder folder;
    const std::string path =
        folder.write("rows.jsonl",
                     "{\"t\": \"a\\n\", \"i\": 5, \"n\": -1, \"x\": 0.5, \"y\": 2, \"b\": true, \"l\": [1, 2], \"d\": "
                     "[], \"more\": 0}\n\n"
                     "{\"t\": \"ü\", \"i\": 6, \"n\": 7, \"x\": 1, \"y\": 0.1, \"b\": false, \"l\": [], \"d\": [0.5]}");
    auto node = harness(data::add_jsonl,
                        given(path, "t: str, i: i64, n: i32, x: f32, y: f64, b: bool, l: i64[~L], d: f64[~D]"));
    CHECK(node.spec().outputs.at(0).type.text() ==
          "t: str[B], i: i64[B], n: i32[B], x: f32[B], y: f64[B], b: bool[B], l: i64[B,~L], d: f64[B,~D]");
    const Packet rows = node.run(std::map<std::string, Packet, std::less<>>{}).at(0).second;
    CHECK(rows.strings("t") == std::vector<std::string>{"a\n", "ü"});
    CHECK(integers(rows, "i") == std::vector<std::int64_t>{5, 6});
    CHECK(rows.values<std::int32_t>("n")[1] == 7);
    CHECK(floats(rows, "x") == std::vector<float>{0.5F, 1});
    CHECK(rows.values<double>("y")[1] == 0.1);
    CHECK(rows.values<bool>("b")[0]);
    CHECK_FALSE(rows.values<bool>("b")[1]);
    CHECK(ragged_row(rows, "l", 0) == std::vector<std::int64_t>{1, 2});
    CHECK(ragged_row(rows, "l", 1).empty());
    CHECK(rows.ragged("d").row<double>(1)[0] == 0.5);
    CHECK(node.run(std::map<std::string, Packet, std::less<>>{}).empty());
}

TEST_CASE("data.jsonl: columns that there cannot be") {
    const TemporaryFolder folder;
    const std::string path = folder.write("rows.jsonl", "{\"t\": 1}\n");
    CHECK(contains(error_with(given(path, "t")), "columns \"t\""));
    CHECK(contains(error_with(given(path, "")), "expected names and types"));
    CHECK(contains(error_with(given(path, "*, t: str")), "expected names and types"));
    CHECK(contains(error_with(given(path, "t: f16")), "column 't' (t: f16[B]) cannot be read from JSON"));
    CHECK(contains(error_with(given(path, "t: i64[L]")), "cannot be read from JSON"));
    CHECK(contains(error_with(given(path, "t: str[~L]")), "cannot be read from JSON"));
    CHECK(contains(error_with(given(path, "t: str, t: i64")), "twice"));
}

TEST_CASE("data.jsonl: what is wrong in the file is named with its line") {
    const TemporaryFolder folder;
    const auto error = [&](const std::string& lines, const std::string& columns) {
        return error_with(given(folder.write("rows.jsonl", lines), columns));
    };
    CHECK(contains(error("{\"t\": \"a\"}\n{\"t\": 1}\n", "t: str"), "rows.jsonl:2"));
    CHECK(contains(error("{\"t\": \"a\"}\nnot json\n", "t: str"), "rows.jsonl:2"));
    CHECK(contains(error("{\"u\": \"a\"}\n", "t: str"), "rows.jsonl:1"));
    CHECK(contains(error("{\"t\": \"\xFF\"}\n", "t: str"), "rows.jsonl:1"));
    CHECK(contains(error("{\"t\": 3000000000}\n", "t: i32"), "an i32 cannot hold"));
    CHECK(contains(error("", "t: str"), "rows.jsonl"));
    CHECK(contains(error_with(given(folder / "missing.jsonl", "t: str")), "missing.jsonl"));
}
