#include "anabranch/lm/text/pack.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "anabranch/error.h"
#include "anabranch/lm/json/json.h"
#include "anabranch/lm/text/utf8.h"

using namespace anabranch::lm;

namespace {

using Ids = std::vector<std::int64_t>;

/// Pushes `count` examples of `length` characters and as many tokens, numbered on from 100.
Ids push_numbered(ConstantLengthPacker& packer, std::int64_t begin, std::int64_t count, std::int64_t length) {
    Ids out;
    for (std::int64_t i = begin; i < begin + count; ++i) {
        Ids ids;
        for (std::int64_t j = 0; j < length; ++j) ids.push_back(100 + i * length + j);
        const Ids pieces = packer.push(static_cast<std::size_t>(length), ids);
        out.insert(out.end(), pieces.begin(), pieces.end());
    }
    return out;
}

}  // namespace

TEST_CASE("pack: worked by hand") {
    ConstantLengthPacker packer({.sequence_length = 3, .characters_per_token = 1.0, .sequences = 2, .eos = 9});
    CHECK(packer.push(2, Ids{1, 2}).empty());
    CHECK(packer.push(3, Ids{3}).empty());
    CHECK(packer.push(1, Ids{4, 5}) == Ids{1, 2, 9, 3, 9, 4});  // 6 characters; the tail 5 9 is dropped
    CHECK(packer.state().ids.empty());
    CHECK(packer.dropped_tokens() == 2);
    CHECK(packer.push(1, Ids{7, 7, 7, 7}).empty());
    CHECK(packer.flush() == Ids{7, 7, 7});
    CHECK(packer.dropped_tokens() == 4);  // and 7 9
    CHECK(packer.flush().empty());
}

TEST_CASE("pack: without eos, and with empty examples") {
    ConstantLengthPacker packer(
        {.sequence_length = 2, .characters_per_token = 1.0, .sequences = 1, .eos = 9, .append_eos = false});
    CHECK(packer.push(0, Ids{}).empty());
    CHECK(packer.push(2, Ids{1, 2, 3}) == Ids{1, 2});
    CHECK(packer.flush().empty());
}

TEST_CASE("pack: equals TRL's ConstantLengthDataset") {
    const auto path = std::filesystem::path(ANABRANCH_SOURCE_DIRECTORY) / "tests/golden/packing.json";
    INFO("recorded by tests/golden/record_packing.py");
    const Json golden = Json::read_file(path);
    const Json examples = golden.at("examples");
    const Json cases = golden.at("cases");
    REQUIRE(cases.size() == 7);
    for (std::size_t c = 0; c < cases.size(); ++c) {
        CAPTURE(c);
        const Json recorded = cases.at(c);
        ConstantLengthPacker packer({.sequence_length = recorded.at("sequence_length").unsigned_integer(),
                                     .characters_per_token = recorded.at("characters_per_token").number(),
                                     .sequences = recorded.at("sequences").unsigned_integer(),
                                     .eos = golden.at("eos").integer(),
                                     .append_eos = recorded.at("append_eos").boolean()});
        Ids packed;
        const auto take = [&](const Ids& pieces) { packed.insert(packed.end(), pieces.begin(), pieces.end()); };
        for (std::size_t e = 0; e < examples.size(); ++e) {
            Ids ids;
            if (recorded.at("bos").boolean()) ids.push_back(golden.at("bos").integer());
            const Json tokens = examples.at(e).at("ids");
            for (std::size_t t = 0; t < tokens.size(); ++t) ids.push_back(tokens.at(t).integer());
            take(packer.push(count_code_points(examples.at(e).at("text").string()), ids));
        }
        take(packer.flush());
        Ids expected;
        const Json pieces = recorded.at("pieces");
        for (std::size_t p = 0; p < pieces.size(); ++p) {
            for (std::size_t t = 0; t < pieces.at(p).size(); ++t) expected.push_back(pieces.at(p).at(t).integer());
        }
        CHECK(packed == expected);
    }
}

TEST_CASE("pack: shuffling keeps the pieces and depends on seed and buffer alone") {
    const PackOptions plain{.sequence_length = 4, .characters_per_token = 1.0, .sequences = 10, .eos = 0};
    PackOptions options = plain;
    options.shuffle_seed = 3;
    ConstantLengthPacker in_order(plain);
    ConstantLengthPacker shuffled(options);
    ConstantLengthPacker again(options);
    const Ids expected = push_numbered(in_order, 0, 20, 4);
    const Ids found = push_numbered(shuffled, 0, 20, 4);
    CHECK(found == push_numbered(again, 0, 20, 4));
    CHECK(found != expected);
    const auto rows = [](const Ids& ids) {
        std::multiset<Ids> out;
        for (std::size_t i = 0; i < ids.size(); i += 4) {
            const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(i);
            out.insert(Ids(begin, begin + 4));
        }
        return out;
    };
    CHECK(rows(found) == rows(expected));
    // The second buffer has another order than the first.
    const auto order = [](Ids ids) {
        const std::int64_t smallest = *std::min_element(ids.begin(), ids.end());
        for (std::int64_t& id : ids) id -= smallest;
        return ids;
    };
    options.append_eos = false;
    ConstantLengthPacker two(options);
    const Ids both = push_numbered(two, 0, 20, 4);
    REQUIRE(both.size() == 80);
    CHECK(order(Ids(both.begin(), both.begin() + 40)) != order(Ids(both.begin() + 40, both.end())));
}

TEST_CASE("pack: a restored packer goes on with the same pieces") {
    const PackOptions options{
        .sequence_length = 5, .characters_per_token = 1.3, .sequences = 4, .eos = 0, .shuffle_seed = 1};
    for (std::int64_t cut = 0; cut <= 30; ++cut) {
        ConstantLengthPacker whole(options);
        ConstantLengthPacker first(options);
        ConstantLengthPacker second(options);
        const Ids expected = push_numbered(whole, 0, 30, 3);
        Ids found = push_numbered(first, 0, cut, 3);
        second.restore(first.state());
        const Ids rest = push_numbered(second, cut, 30 - cut, 3);
        found.insert(found.end(), rest.begin(), rest.end());
        CHECK(found == expected);
        CHECK(second.state() == whole.state());
        CHECK(second.flush() == whole.flush());
    }
}

TEST_CASE("pack: options that pack nothing are refused") {
    CHECK_THROWS_AS(ConstantLengthPacker({.sequence_length = 0}), anabranch::Error);
    CHECK_THROWS_AS(ConstantLengthPacker({.characters_per_token = -1.0}), anabranch::Error);
    CHECK_THROWS_AS(ConstantLengthPacker({.sequences = 0}), anabranch::Error);
}
