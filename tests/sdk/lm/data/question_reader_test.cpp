#include "anabranch/lm/data/question_reader.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "anabranch/error.h"
#include "anabranch/lm/text/utf8.h"
#include "temporary_file.h"
#include "test_data.h"

using anabranch::Error;
using namespace anabranch::lm;

namespace {

constexpr std::string_view dump =
    "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<posts>\r\n"
    "  <row Id=\"1\" PostTypeId=\"1\" AcceptedAnswerId=\"2\" Score=\"-3\" Body=\"&lt;p&gt;Why "
    "&lt;b&gt;so&lt;/b&gt;?&lt;/p&gt;&#xA;\" "
    "Title=\"A &amp; B\" Tags=\"&lt;a-b&gt;&lt;c&gt;\" AnswerCount=\"2\" Unknown=\"x\" />\r\n"
    "  <row Id=\"2\" PostTypeId=\"2\" ParentId=\"1\" Score=\"0\" Body=\"&lt;p&gt;So.&lt;/p&gt;\" />\r\n"
    "  <row Id=\"3\" PostTypeId=\"4\" Score=\"0\" Body=\"\" />\r\n"
    "  <row Id=\"4\" PostTypeId=\"1\" Score=\"5\" Body=\"&lt;p&gt;What is \xC3\xA9?&lt;/p&gt;\" Title=\"T\" "
    "Tags=\"|x|y|\" />\r\n"
    "  <row Id=\"5\" PostTypeId=\"1\" Score=\"1\" Body=\"\" Title=\"Empty\" AnswerCount=\"1\" />\r\n"
    "</posts>\r\n";

std::vector<Question> read_all(QuestionReader& reader) {
    std::vector<Question> questions;
    Question question;
    while (reader.next(question)) questions.push_back(question);
    return questions;
}

std::vector<Question> read_all(std::string_view xml, const QuestionOptions& options = {}) {
    const TemporaryFile file(xml);
    QuestionReader reader(file.path(), options);
    return read_all(reader);
}

std::string error_of(std::string_view xml, const QuestionOptions& options = {}) {
    const TemporaryFile file(xml);
    try {
        QuestionReader reader(file.path(), options);
        (void)read_all(reader);
    } catch (const Error& error) {
        return std::string(error.what()).substr(file.name().size());
    }
    return "no error";
}

}  // namespace

TEST_CASE("question_reader: fields of a question") {
    const auto questions = read_all(dump);
    REQUIRE(questions.size() == 2);
    CHECK(questions[0].id == 1);
    CHECK(questions[0].title == "A & B");
    CHECK(questions[0].question == "Why **so**?");
    CHECK(questions[0].score == -3);
    CHECK(questions[0].accepted_answer_id == 2);
    CHECK(questions[0].answer_count == 2);
    CHECK(questions[0].tags == std::vector<std::string>{"a-b", "c"});
    CHECK(questions[1].id == 4);
    CHECK(questions[1].tags == std::vector<std::string>{"x", "y"});
    CHECK_FALSE(questions[1].accepted_answer_id);
    CHECK(questions[1].answer_count == 0);
}

TEST_CASE("question_reader: which text, and which questions") {
    CHECK(read_all(dump, {.text = QuestionText::title}).size() == 3);
    CHECK(read_all(dump, {.text = QuestionText::title}).at(0).question == "A & B");
    CHECK(read_all(dump, {.text = QuestionText::title_and_body}).at(0).question == "A & B\n\nWhy **so**?");
    CHECK(read_all(dump, {.minimum_characters = 0}).size() == 3);
    CHECK(read_all(dump, {.minimum_characters = 11}).size() == 1);  // the other has 10 and an e with an accent
    CHECK(read_all(dump, {.maximum_characters = 10}).at(0).id == 4);
    CHECK(read_all(dump, {.minimum_score = 5}).size() == 1);
    CHECK(read_all(dump, {.minimum_answers = 2}).at(0).id == 1);
    CHECK(parse_question_text("title") == QuestionText::title);
    CHECK_THROWS_WITH_AS((void)parse_question_text("Title"),
                         "\"Title\" is no text of a question; expected body, title or title_and_body", Error);
}

TEST_CASE("question_reader: goes on from any position") {
    const TemporaryFile file(dump);
    QuestionReader reader(file.path(), {.minimum_characters = 0});
    const QuestionPosition begin = reader.position();
    Question question;
    for (std::size_t read = 1; reader.next(question); ++read) {
        QuestionReader again(file.path(), {.minimum_characters = 0});
        again.restore(reader.position());
        CHECK(again.position() == reader.position());
        CHECK(read_all(again).size() == 3 - read);
    }
    CHECK(reader.position().post.rows == 5);
    reader.restore(begin);
    CHECK(read_all(reader).size() == 3);
}

TEST_CASE("question_reader: errors name the place") {
    CHECK(error_of("<posts>\n <row Id=\"1\" Score=\"1\"/></posts>") ==
          ":2:2: the row has no PostTypeId; it has Id, Score");
    CHECK(error_of("<posts>\n <row PostTypeId=\"1\" Id=\"x\"/></posts>") ==
          ":2:2: the row's Id is \"x\"; expected a whole number");
    CHECK(error_of("<posts><row PostTypeId=\"1\" Id=\"1\" Score=\"1.5\"/></posts>").find("Score is \"1.5\"") !=
          std::string::npos);
    CHECK(error_of("<posts><row PostTypeId=\"1\" Id=\"1\" Score=\"1\"/></posts>").find("has no Body") !=
          std::string::npos);
    CHECK(error_of("<posts></posts>") == ": no question to read among 0 rows, 0 of them questions; the dump is empty");
    CHECK(error_of(dump, {.minimum_characters = 1000}) ==
          ": no question to read among 5 rows, 3 of them questions; widen the split or the limits");
    CHECK(error_of("<votes><row Id=\"1\"/></votes>").find("the root element is <votes>; expected <posts>") !=
          std::string::npos);
}

TEST_CASE("question_reader: splits share no question and cover all") {
    std::string xml = "<posts>";
    for (int i = 1; i <= 500; ++i) {
        xml += "<row PostTypeId=\"1\" Score=\"0\" Title=\"t\" Body=\"b\" Id=\"" + std::to_string(i) + "\"/>";
    }
    xml += "</posts>";
    std::set<std::int64_t> seen;
    for (const auto name : split_names) {
        for (const Question& question : read_all(xml, {.split = parse_split(name)})) {
            CHECK(seen.insert(question.id).second);
        }
    }
    CHECK(seen.size() == 500);
}

TEST_CASE("question_reader: real dumps, whole and cut") {
    const std::pair<const char*, std::size_t> sites[] = {{"beer", 663}, {"coffee", 225}, {"conlang.meta", 54}};
    for (const auto& [site, count] : sites) {
        const auto path = test_data(std::string("stackexchange/") + site + "/Posts.xml");
        if (!path) continue;
        QuestionReader reader(*path);
        const auto questions = read_all(reader);
        CHECK(questions.size() == count);
        for (const Question& question : questions) {
            CHECK_FALSE(find_invalid_utf8(question.question));
            CHECK_FALSE(question.tags.empty());
            CHECK_FALSE(question.title.empty());
        }
        std::ifstream file(*path, std::ios::binary);
        std::string whole(std::filesystem::file_size(*path), '\0');
        file.read(whole.data(), static_cast<std::streamsize>(whole.size()));
        for (std::size_t cut = 1; cut < 40; ++cut) {
            const std::string part = whole.substr(0, whole.size() / 40 * cut + cut);
            CHECK(error_of(part).find("truncated") != std::string::npos);
        }
    }
}
