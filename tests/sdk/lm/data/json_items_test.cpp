#include "anabranch/lm/data/json_items.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anabranch/error.h"
#include "temporary_file.h"

using namespace anabranch::lm;

namespace {

using Texts = std::vector<std::string>;

Texts rest_of(JsonItemReader& reader) {
    Texts texts;
    std::string_view text;
    while (reader.next(text)) texts.emplace_back(text);
    return texts;
}

std::string error_of(std::string_view content, std::size_t maximum = JsonItemReader::default_maximum) {
    const TemporaryFile file(content);
    try {
        JsonItemReader reader(file.path(), maximum);
        (void)rest_of(reader);
    } catch (const anabranch::Error& error) {
        return std::string(error.what()).substr(file.name().size());
    }
    return "no error";
}

const Texts expected = {R"({"a":1})", R"({"b": [{"c": "}]\"{"}, 2]})", "{\n}"};

}  // namespace

TEST_CASE("json_items: an array, in one line or in many, and objects one a line") {
    for (const char* content : {"[{\"a\":1},{\"b\": [{\"c\": \"}]\\\"{\"}, 2]},{\n}]",
                                " [\n {\"a\":1} ,\r\n{\"b\": [{\"c\": \"}]\\\"{\"}, 2]}\n,\n{\n}\n ]\n\n",
                                "{\"a\":1}\r\n\n{\"b\": [{\"c\": \"}]\\\"{\"}, 2]}\n{\n}",
                                "\xEF\xBB\xBF{\"a\":1}\n{\"b\": [{\"c\": \"}]\\\"{\"}, 2]}\n{\n}\n"}) {
        const TemporaryFile file(content);
        JsonItemReader reader(file.path());
        CHECK(rest_of(reader) == expected);
        CHECK(reader.position().items == 3);
        std::string_view text;
        CHECK_FALSE(reader.next(text));
    }
}

TEST_CASE("json_items: the place is the line where an object begins") {
    const TemporaryFile file("[{},\n\n{\n},{}]");
    JsonItemReader reader(file.path());
    std::string_view text;
    for (const int line : {1, 3, 4}) {
        REQUIRE(reader.next(text));
        CHECK(reader.place() == file.name() + ":" + std::to_string(line));
    }
}

TEST_CASE("json_items: goes on from any position") {
    for (const std::string content : {"[{\"a\":1},{\"b\":2},\n{\"c\":3}]", "{\"a\":1}\n{\"b\":2}\n\n{\"c\":3}\n"}) {
        const TemporaryFile file(content);
        JsonItemReader reader(file.path());
        const Texts all = rest_of(reader);
        reader.restore({});
        std::vector<JsonItemPosition> positions = {reader.position()};
        std::string_view text;
        while (reader.next(text)) positions.push_back(reader.position());
        REQUIRE(positions.size() == 4);
        for (std::size_t i = 0; i < positions.size(); ++i) {
            JsonItemReader again(file.path());
            again.restore(positions[i]);
            CHECK(rest_of(again) == Texts(all.begin() + static_cast<std::ptrdiff_t>(i), all.end()));
            CHECK(again.position() == reader.position());
        }
    }
}

TEST_CASE("json_items: files larger than the buffer") {
    std::string content = "[";
    for (int i = 0; i < 5000; ++i) content += (i == 0 ? "" : ",\n") + ("{\"text\": \"" + std::string(50, 'x') + "\"}");
    const TemporaryFile file(content + "]");
    JsonItemReader reader(file.path());
    CHECK(rest_of(reader).size() == 5000);
    CHECK(reader.place() == file.name() + ":5000");
}

TEST_CASE("json_items: what is no list of objects is explained, with its line") {
    CHECK(error_of("").starts_with(":1: no rows"));
    CHECK(error_of(" \n ").starts_with(":2: no rows"));
    CHECK(error_of("[]").starts_with(":1: no rows"));
    CHECK(error_of("[{},\n{}").starts_with(":2: the file ends inside the array"));
    CHECK(error_of("[{},\n{\"a\": \"").starts_with(":2: the file ends inside the object that begins in line 2"));
    CHECK(error_of("[{}\n{}]").starts_with(":2: expected a comma"));
    CHECK(error_of("[{},,{}]").starts_with(":1: expected an object"));
    CHECK(error_of("[{},]").starts_with(":1: expected an object behind the comma"));
    CHECK(error_of("[{}] x").starts_with(":1: text behind the array"));
    CHECK(error_of("{}\n7").starts_with(":2: expected an object"));
    CHECK(error_of("\"a\"").starts_with(":1: expected an object"));
    CHECK(error_of("{\"a\": \"0123456789\"}", 10).find("an object of more than 10 bytes") != std::string::npos);
}
