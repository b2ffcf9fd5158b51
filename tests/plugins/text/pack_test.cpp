#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/text/byte_tokenizer.h>
#include <plugins/text/nodes.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

using Ids = std::vector<std::int64_t>;
using Packets = std::vector<std::pair<std::string, Packet>>;

/// Pieces of 3 tokens, gathered from 6 characters, 2 to a packet.
Harness packer(Given given = {}, ByteTokenizer tokenizer = {}) {
    given.insert({{"seq_length", std::int64_t{3}},
                  {"chars_per_token", 1.0},
                  {"num_of_sequences", std::int64_t{2}},
                  {"batch", std::int64_t{2}}});
    auto node = harness(text::add_pack, std::move(given));
    node.lend("tokenizer", std::make_shared<ByteTokenizerResource>(tokenizer));
    return node;
}

std::vector<Ids> pieces_of(const Packet& packet) {
    std::vector<Ids> pieces;
    for (std::int64_t row = 0; row < packet.rows(); ++row) pieces.push_back(ragged_row(packet, "input_ids", row));
    return pieces;
}

Packets give(Harness& node, std::vector<std::string> rows) {
    return node.run({{"in", texts("text", std::move(rows))}});
}

}  // namespace

TEST_CASE("text.pack: pieces with the EOS behind each text; the tail of a gathering is dropped") {
    auto node = packer();
    CHECK(node.spec().outputs.at(0).type.text() == "input_ids: i64[N,~S], labels: i64[N,~S]");
    CHECK(give(node, {"abc"}).empty());
    const auto packets = give(node, {"defg", "hi"});  // 7 characters: cut; "abc." "defg." are 3 pieces, 0 over
    REQUIRE(packets.size() == 1);
    CHECK(node.metrics().at("data/dropped_tokens") == 0);
    CHECK(pieces_of(packets[0].second) == std::vector<Ids>{{'a', 'b', 'c'}, {257, 'd', 'e'}});
    CHECK(ragged_row(packets[0].second, "labels", 1) == Ids{257, 'd', 'e'});
    const auto rest = node.flush();  // "fg." is left, then "hi."
    REQUIRE(rest.size() == 1);
    CHECK(pieces_of(rest[0].second) == std::vector<Ids>{{'f', 'g', 257}, {'h', 'i', 257}});
}

TEST_CASE("text.pack: tokens of dropped tails are counted, each once") {
    auto node = packer();
    CHECK(give(node, {"abcdefg"}).size() == 1);  // 8 tokens: 2 pieces and 2 over
    CHECK(node.metrics().at("data/dropped_tokens") == 2);
    CHECK(give(node, {"abcd"}).empty());
    CHECK(node.metrics().at("data/dropped_tokens") == 0);
    CHECK(node.flush().size() == 1);  // 5 tokens
    CHECK(node.metrics().at("data/dropped_tokens") == 2);
}

TEST_CASE("text.pack: the last packet may be short, or left out") {
    for (const bool drop : {false, true}) {
        auto node = packer({{"drop_last", drop}});
        CHECK(give(node, {"ab"}).empty());
        CHECK(node.flush().size() == (drop ? 0 : 1));
        CHECK(node.metrics().at("data/dropped_tokens") == (drop ? 3 : 0));
    }
}

TEST_CASE("text.pack: the BOS stands before each text if the tokenizer says so") {
    ByteTokenizer tokenizer;
    tokenizer.wants_bos = true;
    auto node = packer({}, tokenizer);
    CHECK(give(node, {"a", "b"}).empty());
    CHECK(pieces_of(node.flush().at(0).second) == std::vector<Ids>{{256, 'a', 257}, {256, 'b', 257}});
}

TEST_CASE("text.pack: shuffling keeps the pieces and depends on its seed") {
    const auto shuffled = [](std::optional<std::int64_t> seed) {
        Given given{{"num_of_sequences", std::int64_t{20}}, {"batch", std::int64_t{20}}, {"chars_per_token", 0.5}};
        if (seed) given.emplace("shuffle_seed", *seed);
        auto node = packer(std::move(given));
        std::string text;
        for (char c = 'a'; c <= 'z'; ++c) text += std::string(2, c);
        return pieces_of(give(node, {text + text}).at(0).second);
    };
    CHECK(shuffled(std::nullopt) == shuffled(std::nullopt));
    CHECK(shuffled(1) == shuffled(1));
    CHECK(shuffled(1) != shuffled(std::nullopt));
    CHECK(shuffled(1) != shuffled(2));
}

TEST_CASE("text.pack: nothing in, nothing out; a tokenizer without EOS is refused") {
    auto node = packer();
    CHECK(node.flush().empty());
    ByteTokenizer tokenizer;
    tokenizer.has_eos = false;
    auto without = packer({}, tokenizer);
    CHECK(contains(error_of([&] { return give(without, {"a"}); }), "no end-of-text token"));
    CHECK(contains(error_of([] { return packer({{"chars_per_token", 0.0}}); }), "above 0"));
}
