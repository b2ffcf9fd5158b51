#include "anabranch/lm/data/instruction_file.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anabranch/error.h"
#include "temporary_file.h"

using namespace anabranch::lm;

namespace {

std::string rest_of(InstructionFileReader& reader) {
    std::string all;
    Instruction row;
    while (reader.next(row)) {
        all +=
            row.instruction + "|" + row.input + "|" + row.output + "|" + std::to_string(row.conversation.size()) + ";";
    }
    return all;
}
std::string rows_in(std::string_view content, const InstructionFileOptions& options = {}) {
    const TemporaryFile file(content);
    InstructionFileReader reader(file.path(), options);
    return rest_of(reader);
}
std::string error_of(std::string_view content, const InstructionFileOptions& options = {}) {
    const TemporaryFile file(content);
    try {
        InstructionFileReader reader(file.path(), options);
        (void)rest_of(reader);
    } catch (const anabranch::Error& error) {
        return std::string(error.what()).substr(file.name().size());
    }
    return "no error";
}

constexpr std::string_view dialogue =
    R"({"id": "x", "conversations": [{"from": "system", "value": "S"}, {"from": "gpt", "value": "early"},)"
    R"({"from": "human", "value": "1"}, {"from": "gpt", "value": "one"}, {"from": "user", "value": "2"},)"
    R"({"from": "assistant", "value": "two"}, {"from": "human", "value": "left over"}]})";
constexpr std::string_view unusable = R"({"conversations": [{"from": "human", "value": "1"}]})";

}  // namespace

TEST_CASE("instruction_file: alpaca, with and without input") {
    CHECK(rows_in(R"([{"instruction": "Add.", "input": "1 2", "output": "3"},
                      {"instruction": "Sing.", "input": "", "output": "La."},
                      {"instruction": "Hum.", "output": "Hm."}])") == "Add.|1 2|3|2;Sing.||La.|2;Hum.||Hm.|2;");
}

TEST_CASE("instruction_file: conversations give their last answer, or each") {
    CHECK(rows_in(dialogue) == "2||two|5;");
    CHECK(rows_in(dialogue, {.every_answer = true}) == "1||one|3;2||two|5;");
    const TemporaryFile file(dialogue);
    InstructionFileReader reader(file.path());
    Instruction row;
    REQUIRE(reader.next(row));
    CHECK(row.conversation.front() == Turn{Role::system, "S"});
    CHECK(row.conversation[1] == Turn{Role::user, "1"});
}

TEST_CASE("instruction_file: rows that cannot be used") {
    CHECK(error_of(std::string(dialogue) + "\n" + std::string(unusable)) ==
          ":2: the conversation does not end with an answer of the assistant; mend the row, or set skip_unusable");
    CHECK(rows_in(std::string(unusable) + std::string(dialogue) + std::string(unusable), {.skip_unusable = true}) ==
          "2||two|5;");
    CHECK(error_of(unusable, {.skip_unusable = true}) == ": none of its 1 rows can be used");
    CHECK(error_of(R"({"instruction": "a", "output": " "})").starts_with(":1: turn 2 is empty"));
    CHECK(error_of(R"({"conversations": [{"from": "dog", "value": "w"}]})")
              .starts_with(":1: $.conversations[0]: \"dog\" speaks in a turn; expected human"));
    CHECK(error_of(R"({"conversations": [{"from": "human", "value": "a"}, {"from": "human", "value": "b"},
                       {"from": "gpt", "value": "c"}]})")
              .starts_with(":1: turn 2 is of \"human\"; expected human and gpt in turn"));
    CHECK(error_of(R"({"text": "a"})").find("has the keys text; expected instruction") != std::string::npos);
    CHECK(error_of(R"({"conversations": "a"})").find("expected a list of turns") != std::string::npos);
}

TEST_CASE("instruction_file: goes on from any position, also inside a conversation") {
    const TemporaryFile file(std::string(dialogue) + std::string(unusable) + std::string(dialogue));
    const InstructionFileOptions options{.every_answer = true, .skip_unusable = true};
    const std::string all = "1||one|3;2||two|5;1||one|3;2||two|5;";
    for (std::size_t read = 0; read <= 4; ++read) {
        InstructionFileReader reader(file.path(), options);
        Instruction row;
        for (std::size_t i = 0; i < read; ++i) REQUIRE(reader.next(row));
        InstructionFileReader again(file.path(), options);
        again.restore(reader.position());
        CHECK(again.position() == reader.position());
        CHECK(rest_of(again) == all.substr(read * 9));
        CHECK(again.position().skipped == 1);
    }
}
