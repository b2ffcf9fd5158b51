#include "anabranch/lm/data/jsonl.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anabranch/error.h"
#include "temporary_file.h"

using anabranch::Error;
using namespace anabranch::lm;

namespace {

using Row = std::vector<JsonlValue>;

std::vector<Row> rows_of(std::string_view content, const std::vector<JsonlColumn>& columns) {
    const TemporaryFile file(content);
    JsonlReader reader(file.path(), columns);
    std::vector<Row> rows;
    for (Row row; reader.next(row);) rows.push_back(row);
    return rows;
}

/// The error without the file's name in front.
std::string error_of(std::string_view content, const std::vector<JsonlColumn>& columns) {
    const TemporaryFile file(content);
    try {
        JsonlReader reader(file.path(), columns);
        for (Row row; reader.next(row);) {
        }
    } catch (const Error& error) {
        CHECK(std::string(error.what()).starts_with(file.name()));
        return std::string(error.what()).substr(file.name().size());
    }
    return "no error";
}

const std::vector<JsonlColumn> text_column = {{"text", JsonlType::string}};

}  // namespace

TEST_CASE("jsonl: values of every type, in the order asked for") {
    const auto rows = rows_of(
        R"({"s": "é\n", "i": -3, "n": 2, "b": true, "ss": ["a", "b"], "is": [1, 2], "ns": [0.5, 1], "other": {}})",
        {{"is", JsonlType::integers},
         {"s", JsonlType::string},
         {"i", JsonlType::integer},
         {"n", JsonlType::number},
         {"b", JsonlType::boolean},
         {"ss", JsonlType::strings},
         {"ns", JsonlType::numbers}});
    REQUIRE(rows.size() == 1);
    CHECK(rows[0] == Row{std::vector<std::int64_t>{1, 2}, std::string("\xC3\xA9\n"), std::int64_t{-3}, 2.0, true,
                         std::vector<std::string>{"a", "b"}, std::vector<double>{0.5, 1.0}});
    CHECK(rows_of(R"({"is": []})", {{"is", JsonlType::integers}}).at(0) == Row{std::vector<std::int64_t>{}});
}

TEST_CASE("jsonl: blank lines, CRLF and a byte order mark do not matter") {
    const auto rows = rows_of("\xEF\xBB\xBF{\"text\": \"a\"}\r\n\r\n  \n{\"text\": \"b\"}", text_column);
    CHECK(rows == std::vector<Row>{{std::string("a")}, {std::string("b")}});
}

TEST_CASE("jsonl: errors name the line") {
    CHECK(error_of("", text_column) == ": no rows; expected one JSON object a line");
    CHECK(error_of("\n \r\n", text_column) == ": no rows; expected one JSON object a line");
    CHECK(error_of("{\"text\": \"a\"}\nnot json\n", text_column).starts_with(":2: not valid JSON at line 1, column"));
    CHECK(error_of("{\"text\": \"a\"", text_column).starts_with(":1: not valid JSON"));
    CHECK(error_of("{\"text\": \"a\"} {}", text_column).starts_with(":1: not valid JSON"));
    CHECK(error_of("\n[1]", text_column) == ":2: $ is an array; expected an object, one a line");
    const std::string missing = error_of("{\"txet\": \"a\", \"id\": 1}", text_column);
    CHECK(missing.starts_with(":1: "));
    CHECK(missing.find("\"text\"") != std::string::npos);
    CHECK(missing.find("txet") != std::string::npos);
    CHECK(error_of("{\"text\": 5}", text_column) == ":1: $.text is a number; expected a string");
    CHECK(error_of("{\"text\": null}", text_column) == ":1: $.text is null; expected a string");
    CHECK(error_of("{\"i\": 1.5}", {{"i", JsonlType::integer}}).starts_with(":1: $.i "));
    CHECK(error_of("{\"i\": [1, \"x\"]}", {{"i", JsonlType::integers}}).starts_with(":1: $.i[1] is a string"));
    CHECK(error_of("{\"i\": 1}", {{"i", JsonlType::numbers}}) == ":1: $.i is a number; expected a list of numbers");
    CHECK(error_of("{}\n{\"text\": \"\xFF\"}", {{"text", JsonlType::string}}).starts_with(":1: "));
    CHECK(error_of("\n{\"text\": \"\xFF\"}", text_column).starts_with(":2: byte 10 (0xFF) is not valid UTF-8"));
    CHECK(error_of("{\"text\": \"\\ud800\"}", text_column).starts_with(":1: not valid JSON"));
}

TEST_CASE("jsonl: goes on from any position") {
    const TemporaryFile file("{\"text\": \"1\"}\n\n{\"text\": \"2\"}\n{\"text\": \"3\"}\n");
    JsonlReader reader(file.path(), text_column);
    const JsonlPosition begin = reader.position();
    Row row;
    for (std::size_t read = 1; reader.next(row); ++read) {
        JsonlReader again(file.path(), text_column);
        again.restore(reader.position());
        std::size_t rest = 0;
        while (again.next(row)) {
            ++rest;
            CHECK(std::get<std::string>(row[0]) == std::to_string(read + rest));
        }
        CHECK(rest == 3 - read);
        CHECK(again.position().rows == 3);
    }
    reader.restore(begin);
    REQUIRE(reader.next(row));
    CHECK(std::get<std::string>(row[0]) == "1");
}

TEST_CASE("jsonl: what is asked for is checked") {
    CHECK(parse_jsonl_type("integers") == JsonlType::integers);
    CHECK_THROWS_AS((void)parse_jsonl_type("int"), Error);
    const TemporaryFile file("{}");
    CHECK_THROWS_AS(JsonlReader(file.path(), {}), Error);
    CHECK_THROWS_AS(JsonlReader(file.path(), {{"a"}, {"b"}, {"a"}}), Error);
}
