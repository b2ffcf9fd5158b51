#include "anabranch/lm/text/conversation.h"

#include <doctest/doctest.h>

#include <string>

#include "anabranch/error.h"

using namespace anabranch::lm;

namespace {

std::string problem_of(const Conversation& conversation) {
    try {
        require_answered(conversation);
    } catch (const anabranch::Error& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("conversation: through JSON and back") {
    const Conversation conversation = {
        {Role::system, "Be \"kind\"."}, {Role::user, "a\nb"}, {Role::assistant, "\xC3\xA9 \\"}};
    CHECK(to_json({{Role::user, "x"}}) == R"([{"from":"human","value":"x"}])");
    CHECK(parse_conversation(to_json(conversation)) == conversation);
    CHECK(parse_conversation("[]").empty());
    CHECK_THROWS_AS((void)parse_conversation("{}"), anabranch::Error);
    CHECK_THROWS_WITH_AS((void)parse_conversation(R"([{"from": "cat", "value": ""}])", "row 7"),
                         doctest::Contains("row 7: $[0]: \"cat\" speaks in a turn"), anabranch::Error);
}

TEST_CASE("conversation: what can be learnt from") {
    const Turn system{Role::system, "s"}, user{Role::user, "u"}, assistant{Role::assistant, "a"};
    CHECK(problem_of({user, assistant}).empty());
    CHECK(problem_of({system, user, assistant, user, assistant}).empty());
    CHECK(problem_of({}).find("does not end with an answer") != std::string::npos);
    CHECK(problem_of({system}).find("does not end with an answer") != std::string::npos);
    CHECK(problem_of({user, assistant, user}).find("does not end with an answer") != std::string::npos);
    CHECK(problem_of({assistant, user}).find("turn 1 is of \"gpt\"") != std::string::npos);
    CHECK(problem_of({user, user, assistant}).find("turn 2 is of \"human\"") != std::string::npos);
    CHECK(problem_of({user, {Role::assistant, " "}}) == "turn 2 is empty");
}
