#include "anabranch/lm/data/answer_pairs.h"

#include <doctest/doctest.h>
#include <support/temporary_folder.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "anabranch/error.h"
#include "post_rows.h"
#include "temporary_file.h"
#include "test_data.h"

using namespace anabranch::lm;

namespace {

std::string text_of(const ScoredPair& pair) {
    return pair.site + "|" + std::to_string(pair.question_id) + "|" + pair.question + "|" + pair.response_j + "|" +
           pair.response_k + "|" + std::to_string(pair.score_j) + ">" + std::to_string(pair.score_k);
}

std::vector<std::string> all_of(PairReader& reader) {
    std::vector<std::string> all;
    ScoredPair pair;
    while (reader.next(pair)) all.push_back(text_of(pair));
    return all;
}
std::vector<std::string> all_of(const std::filesystem::path& path, const PairOptions& options = {}) {
    PairReader reader(path, options);
    return all_of(reader);
}

std::string sorted_text(std::vector<std::string> texts) {
    std::ranges::sort(texts);
    std::string all;
    for (const auto& text : texts) all += text + "\n";
    return all;
}

/// `count` questions with four answers of different votes each.
std::string many_questions(int count) {
    std::string rows;
    for (int i = 1; i <= count; ++i) rows += question(i, "q");
    for (int a = 0; a < 4; ++a) {
        for (int i = 1; i <= count; ++i) rows += answer(a * count + count + i, i, a * a, "a" + std::to_string(a));
    }
    return dump_of(rows);
}

}  // namespace

TEST_CASE("answer_pairs: scores, ties, negative votes and the accepted answer, as Markdown") {
    const TemporaryFile file(dump_of(question(1, "&lt;p&gt;Why &lt;b&gt;so&lt;/b&gt;?&lt;/p&gt;", 12) +
                                     answer(11, 1, 3, "&lt;p&gt;A &amp;amp; B&lt;/p&gt;") +
                                     answer(12, 1, 3, "&lt;ul&gt;&lt;li&gt;x&lt;/li&gt;&lt;/ul&gt;") +
                                     answer(13, 1, -5, "no") + answer(14, 1, -1, "never") +
                                     answer(15, 1, 9, "&lt;p&gt; &lt;/p&gt;")));  // no text: no pair
    const std::vector<std::string> expected = {"|1|Why **so**?|* x|A & B|3>2", "|1|Why **so**?|* x|no|3>-1",
                                               "|1|Why **so**?|* x|never|3>-1", "|1|Why **so**?|A & B|no|2>-1",
                                               "|1|Why **so**?|A & B|never|2>-1"};
    CHECK(all_of(file.path(), {.shuffle = false}) == expected);
    CHECK(sorted_text(all_of(file.path())) == sorted_text(expected));
}

TEST_CASE("answer_pairs: memory changes nothing, the seed does") {
    const TemporaryFile file(many_questions(60));
    PairOptions options{.maximum_pairs = 4};
    const auto expected = all_of(file.path(), options);
    CHECK(expected.size() == 240);
    options.sort = {.memory_bytes = 2000, .fan_in = 3};
    CHECK(all_of(file.path(), options) == expected);
    options.seed = 1;
    CHECK(all_of(file.path(), options) != expected);
    options.seed = 0;
    options.shuffle = false;
    const auto in_order = all_of(file.path(), options);
    CHECK(in_order != expected);
    CHECK(sorted_text(in_order) == sorted_text(expected));
    // Over the whole set: neighbours are rarely of one question.
    const auto neighbours = [](const std::vector<std::string>& pairs) {
        int same = 0;
        for (std::size_t i = 1; i < pairs.size(); ++i) {
            const auto id = [](const std::string& text) { return text.substr(0, text.find('|', 1)); };
            same += id(pairs[i]) == id(pairs[i - 1]) ? 1 : 0;
        }
        return same;
    };
    CHECK(neighbours(in_order) == 180);
    CHECK(neighbours(expected) < 15);
}

TEST_CASE("answer_pairs: goes on from any position, and begins again") {
    const TemporaryFile file(many_questions(5));
    for (const bool shuffle : {false, true}) {
        const PairOptions options{.shuffle = shuffle};
        PairReader reader(file.path(), options);
        const auto all = all_of(reader);
        REQUIRE(all.size() == 30);
        CHECK(reader.position() == 30);
        reader.rewind();
        CHECK(all_of(reader) == all);
        for (std::uint64_t position = 0; position <= 30; position += 7) {
            PairReader again(file.path(), options);
            again.restore(position);
            CHECK(again.position() == position);
            CHECK(all_of(again) == std::vector<std::string>(all.begin() + static_cast<int>(position), all.end()));
        }
        CHECK_THROWS_AS(reader.restore(31), anabranch::Error);
    }
}

TEST_CASE("answer_pairs: no question stands in two splits, of one site or of several") {
    const anabranch::tests::TemporaryFolder tree;
    tree.write("a/Posts.xml", many_questions(200));
    tree.write("b/Posts.xml", many_questions(200));
    for (const auto& [path, count] : {std::pair{tree.path() / "a", 200U}, {tree.path(), 400U}}) {
        std::map<std::string, Split> where;
        for (const auto name : split_names) {
            const Split split = parse_split(name);
            PairReader reader(path, {.question = {.split = split}});
            ScoredPair pair;
            while (reader.next(pair)) {
                const auto [found, added] = where.emplace(pair.site + std::to_string(pair.question_id), split);
                CHECK(found->second == split);
            }
        }
        CHECK(where.size() == count);
    }
    int apart = 0;  // the same id of two sites falls where it falls
    for (int id = 1; id <= 200; ++id) apart += split_of(id, {}, 0, "a") != split_of(id, {}, 0, "b") ? 1 : 0;
    CHECK(apart > 100);
}

TEST_CASE("answer_pairs: from an archive as it is published") {
    const auto archive = std::filesystem::path(ANABRANCH_SOURCE_DIRECTORY) / "tests/sdk/lm/archive/fixtures/dump.7z";
    CHECK(all_of(archive) == std::vector<std::string>{"|1|Why?|Because.|Perhaps.|4>1"});
}

TEST_CASE("answer_pairs: a dump without pairs says what it has") {
    const TemporaryFile file(
        dump_of(question(1, "q") + answer(2, 1, 0, "a") + answer(3, 1, 0, "b") + answer(4, 9, 0, "lost")));
    for (const bool shuffle : {false, true}) {
        PairReader reader(file.path(), {.shuffle = shuffle});
        ScoredPair pair;
        CHECK_THROWS_WITH_AS((void)reader.next(pair),
                             doctest::Contains("no pair of answers among 1 questions and 3 answers (1 without their "
                                               "question) in 4 rows"),
                             anabranch::Error);
    }
}

TEST_CASE("answer_pairs: the known numbers of pairs come out of real dumps") {
    struct Site {
        const char* name;
        std::size_t pairs, at_most_ten;
    };
    for (const Site& site : {Site{"beer", 1904, 1267}, {"coffee", 134, 129}, {"conlang.meta", 132, 75}}) {
        const auto path = test_data(std::string("stackexchange/") + site.name + "/Posts.xml");
        if (!path) continue;
        CHECK(all_of(*path, {.maximum_pairs = 0}).size() == site.pairs);
        CHECK(all_of(*path, {.sort = {.memory_bytes = 100'000}}).size() == site.at_most_ten);
        const auto distinct = all_of(*path, {.maximum_pairs = 0, .shuffle = false});
        CHECK(std::set(distinct.begin(), distinct.end()).size() == site.pairs);
    }
    if (const auto folder = test_data("stackexchange")) {
        CHECK(all_of(*folder, {.maximum_pairs = 0}).size() == 1904 + 134 + 132);
    }
}
