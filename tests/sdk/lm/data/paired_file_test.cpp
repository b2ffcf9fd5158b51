#include "anabranch/lm/data/paired_file.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anabranch/error.h"
#include "temporary_file.h"
#include "test_data.h"

using namespace anabranch::lm;

namespace {

using Pairs = std::vector<PreferencePair>;

Pairs rest_of(PairedFileReader& reader) {
    Pairs pairs;
    PreferencePair pair;
    while (reader.next(pair)) pairs.push_back(pair);
    return pairs;
}
Pairs all_of(const std::filesystem::path& path, const PairedFileOptions& options = {}) {
    PairedFileReader reader(path, options);
    return rest_of(reader);
}
Pairs pairs_in(std::string_view content, const PairedFileOptions& options = {}) {
    const TemporaryFile file(content);
    return all_of(file.path(), options);
}
std::string error_of(std::string_view content, const PairedFileOptions& options = {}) {
    const TemporaryFile file(content);
    try {
        (void)all_of(file.path(), options);
    } catch (const anabranch::Error& error) {
        return std::string(error.what()).substr(file.name().size());
    }
    return "no error";
}

}  // namespace

TEST_CASE("paired_file: the published columns, as an array and one a line") {
    const Pairs expected = {{"Why?", "So.", "No."}, {"How?", "Thus.", "Not."}};
    const std::string rows[] = {R"({"qid": 1, "question": "Why?", "response_j": "So.", "response_k": "No."})",
                                R"({"response_k": "Not.", "question": "How?", "response_j": "Thus."})"};
    CHECK(pairs_in("[" + rows[0] + "," + rows[1] + "]") == expected);
    CHECK(pairs_in(rows[0] + "\n" + rows[1] + "\n") == expected);
}

TEST_CASE("paired_file: dialogues part behind the last answer's head that they share") {
    const std::string head = "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:";
    CHECK(split_dialogues(head + " yes", head + " no") == PreferencePair{head, " yes", " no"});
    CHECK(split_dialogues(head + " yes", head + " yes") == PreferencePair{head, " yes", " yes"});
    CHECK(split_dialogues(head, head + " no") == PreferencePair{head, "", " no"});
    // They part in an earlier answer, so the rest of both is the answer.
    const std::string other = "\n\nHuman: a\n\nAssistant: x\n\nHuman: c\n\nAssistant: d";
    CHECK(split_dialogues(head + " yes", other) ==
          PreferencePair{"\n\nHuman: a\n\nAssistant:", " b\n\nHuman: c\n\nAssistant: yes",
                         " x\n\nHuman: c\n\nAssistant: d"});
    CHECK_THROWS_AS((void)split_dialogues("\n\nHuman: a", "\n\nHuman: a"), anabranch::Error);
    CHECK_THROWS_AS((void)split_dialogues("", ""), anabranch::Error);
}

TEST_CASE("paired_file: an empty side is an error with its line, or left out") {
    const std::string good = R"({"question": "q", "response_j": "j", "response_k": "k"})";
    const std::string bad = R"({"question": "q", "response_j": "j", "response_k": " \n"})";
    CHECK(error_of(good + "\n" + bad) == ":2: the worse answer of the pair is empty; mend the row, or set skip_empty");
    CHECK(error_of(R"([{"question": "", "response_j": "j", "response_k": "k"}])").starts_with(":1: the question of"));
    CHECK(error_of(R"({"chosen": "\n\nHuman: a\n\nAssistant:", "rejected": "\n\nHuman: a\n\nAssistant: b"})") ==
          ":1: the better answer of the pair is empty; mend the row, or set skip_empty");
    CHECK(pairs_in(bad + good + bad, {.skip_empty = true}).size() == 1);
    CHECK(error_of(bad, {.skip_empty = true}) == ": each of its 1 pairs has an empty side");
}

TEST_CASE("paired_file: rows that do not fit") {
    CHECK(error_of(R"({"prompt": "p", "chosen": "c"})") ==
          ":1: $ has the keys prompt, chosen; expected question, response_j and response_k, or chosen and rejected");
    CHECK(error_of(R"({"question": "q", "response_j": 1, "response_k": "k"})").find("$.response_j is a number") !=
          std::string::npos);
    CHECK(error_of(R"({"question": "q", "response_j": "j"})", {.format = PairedFormat::question}).find("response_k") !=
          std::string::npos);
    CHECK(error_of("{\"chosen\": \"a\",\n\"rejected\": \"b\"}").starts_with(":1: chosen and rejected do not begin"));
    CHECK(error_of("{}\n{\"question: \"q\"}").starts_with(":1: "));
}

TEST_CASE("paired_file: goes on from any position") {
    const std::string bad = R"({"question": "q", "response_j": "", "response_k": "k"})";
    const std::string good = R"({"question": "q", "response_j": "j", "response_k": "k"})";
    const TemporaryFile file("[" + bad + "," + good + "," + bad + "," + good + "]");
    PairedFileReader reader(file.path(), {.skip_empty = true});
    PreferencePair pair;
    REQUIRE(reader.next(pair));
    CHECK(reader.position().skipped == 1);
    PairedFileReader again(file.path(), {.skip_empty = true});
    again.restore(reader.position());
    CHECK(rest_of(again).size() == 1);
    CHECK(again.position().skipped == 2);
}

TEST_CASE("paired_file: published files, gzip among them") {
    if (const auto path = test_data("preferences/stack_exchange_paired_tiny.json")) {
        const Pairs pairs = all_of(*path);
        CHECK(pairs.size() == 25);
        for (const auto& pair : pairs) CHECK(pair.response_j != pair.response_k);
    }
    if (const auto path = test_data("preferences/hh-harmless-base-test.jsonl.gz")) {
        PairedFileReader reader(*path, {.skip_empty = true});
        const Pairs pairs = rest_of(reader);
        CHECK(reader.position().item.items == 2312);
        CHECK(reader.position().skipped == 4);
        for (const auto& pair : pairs) {
            CHECK(pair.question.starts_with("\n\nHuman:"));
            CHECK(pair.question.ends_with("\n\nAssistant:"));
            CHECK(pair.response_j.find("\n\nHuman:") == std::string::npos);
        }
        CHECK_THROWS_WITH_AS((void)all_of(*path), doctest::Contains("of the pair is empty"), anabranch::Error);
    }
}
