#include "anabranch/lm/data/answers.h"

#include <doctest/doctest.h>
#include <support/temporary_folder.h>

#include <string>
#include <vector>

#include "anabranch/error.h"
#include "post_rows.h"
#include "temporary_file.h"

using namespace anabranch::lm;

namespace {

std::string all_of(AnswerReader& reader) {
    std::string all;
    AnsweredQuestion found;
    while (reader.next(found)) {
        all += found.question.site + std::to_string(found.question.id) + ":";
        for (const Answer& answer : found.answers) {
            all += " " + std::to_string(answer.id) + (answer.accepted ? "*" : "") + "=" + std::to_string(answer.votes);
        }
        all += "; ";
    }
    return all;
}

std::string error_of(std::string_view xml) {
    const TemporaryFile file(xml);
    try {
        AnswerReader reader(file.path());
        (void)all_of(reader);
    } catch (const anabranch::Error& error) {
        return std::string(error.what()).substr(file.name().size());
    }
    return "no error";
}

}  // namespace

TEST_CASE("answers: come to their questions, wherever they stand") {
    // An answer in front of its question, orphans, a question without answers, another kind of post, a deleted owner.
    const TemporaryFile file(dump_of(
        answer(9, 2, -3, "c") + question(5, "five", 7) + answer(7, 5, 2, "a") + answer(8, 404, 1, "lost") +
        question(2, "two") + question(3, "alone") + "<row Id=\"4\" PostTypeId=\"5\" Score=\"0\" Body=\"wiki\"/>" +
        "<row Id=\"11\" PostTypeId=\"2\" Score=\"1\" Body=\"no parent\"/>" + answer(6, 5, 0, "b")));
    for (const SortOptions& sort : {SortOptions{}, {.memory_bytes = 1, .fan_in = 2}}) {
        AnswerReader reader(file.path(), {}, sort);
        CHECK(all_of(reader) == "2: 9=-3; 5: 6=0 7*=2; ");
        CHECK(reader.counts().rows == 9);
        CHECK(reader.counts().questions == 3);
        CHECK(reader.counts().answers == 4);
        CHECK(reader.counts().orphans == 2);
        reader.rewind();
        CHECK(all_of(reader) == "2: 9=-3; 5: 6=0 7*=2; ");
    }
}

TEST_CASE("answers: questions that the options leave out take their answers with them") {
    std::string rows;
    for (int i = 1; i <= 100; ++i) rows += question(i, "q") + answer(1000 + i, i, 1, "a");
    const TemporaryFile file(dump_of(rows));
    std::string together;
    for (const Split split : {Split::finetune, Split::reward, Split::rl, Split::evaluation}) {
        AnswerReader reader(file.path(), {.split = split});
        const std::string part = all_of(reader);
        CHECK_FALSE(part.empty());
        CHECK(reader.counts().answers == reader.counts().questions);
        together += part;
    }
    AnswerReader all(file.path());
    CHECK(all_of(all).size() == together.size());
    AnswerReader none(file.path(), {.minimum_score = 1});
    CHECK(all_of(none).empty());
    CHECK(none.counts().orphans == 100);
}

TEST_CASE("answers: ids of two sites do not mix") {
    const anabranch::tests::TemporaryFolder tree;
    tree.write("b/Posts.xml", dump_of(question(1, "b") + answer(2, 1, 5, "b")));
    tree.write("a/Posts.xml", dump_of(question(1, "a") + answer(2, 1, 4, "a")));
    AnswerReader reader(tree.path());
    CHECK(all_of(reader) == "a1: 2=4; b1: 2=5; ");
}

TEST_CASE("answers: wrong rows are named") {
    CHECK(error_of(dump_of(question(1, "a") + question(1, "b")))
              .starts_with(": the post with the Id 1 stands there twice"));
    CHECK(error_of(dump_of(question(1, "a") + answer(2, 1, 0, "x") + answer(2, 1, 0, "x")))
              .starts_with(": the post with the Id 2 stands there twice"));
    CHECK(error_of("<posts><row Id=\"2\" PostTypeId=\"2\" ParentId=\"x\" /></posts>") ==
          ":1:8: the row's ParentId is \"x\"; expected a whole number");
    CHECK(error_of("<posts><row Id=\"2\" PostTypeId=\"2\" ParentId=\"1\" /></posts>").find("has no Score") !=
          std::string::npos);
}
