#include "anabranch/lm/text/characters_per_token.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "anabranch/error.h"
#include "anabranch/lm/json/json.h"
#include "anabranch/lm/text/utf8.h"

using namespace anabranch::lm;

TEST_CASE("characters_per_token: equals the recipe's chars_token_ratio") {
    INFO("recorded by tests/golden/record_datasets.py");
    const Json golden =
        Json::read_file(std::filesystem::path(ANABRANCH_SOURCE_DIRECTORY) / "tests/golden/datasets.json");
    const Json texts = golden.at("texts");
    const Json ratios = golden.at("ratios");
    REQUIRE(ratios.size() == 4);
    for (std::size_t i = 0; i < ratios.size(); ++i) {
        CharactersPerToken measured(ratios.at(i).at("examples").unsigned_integer());
        for (std::size_t t = 0; t < texts.size(); ++t) {
            const std::size_t characters = count_code_points(texts.at(t).string());
            measured.add(characters, (characters + 2) / 3);  // one token for up to three characters
        }
        CHECK(measured.ratio() == ratios.at(i).at("ratio").number());
        CHECK(measured.complete() == (ratios.at(i).at("examples").integer() <= 450));
    }
}

TEST_CASE("characters_per_token: nothing to measure") {
    CharactersPerToken measured;
    CHECK_THROWS_AS((void)measured.ratio(), anabranch::Error);
    measured.add(0, 0);
    CHECK_THROWS_AS((void)measured.ratio(), anabranch::Error);
    CHECK_FALSE(measured.complete());
}
