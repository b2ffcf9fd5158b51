#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/text/byte_tokenizer.h>
#include <plugins/text/nodes.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

using Ids = std::vector<std::int64_t>;

/// All token ids that the node gives for the texts, packet after packet.
Ids packed(Given given, const std::vector<std::string>& rows) {
    given.insert({{"seq_length", std::int64_t{3}}, {"num_of_sequences", std::int64_t{4}}});
    auto node = harness(text::add_pack, std::move(given));
    node.lend("tokenizer", std::make_shared<ByteTokenizerResource>(ByteTokenizer{}));
    Ids all;
    const auto keep = [&](const std::vector<std::pair<std::string, Packet>>& packets) {
        for (const auto& [port, packet] : packets) {
            const Column& ids = *packet.find("input_ids");
            const auto* ragged = std::get_if<Ragged>(&ids);
            const auto values = (ragged == nullptr ? std::get<Array>(ids) : ragged->flat()).values<std::int64_t>();
            all.insert(all.end(), values.begin(), values.end());
        }
    };
    for (const auto& row : rows) keep(node.run({{"in", texts("text", {row})}}));
    keep(node.flush());
    return all;
}

// Two characters in six bytes, which are the tokens: a third of a character per token in the first two texts.
const std::vector<std::string> rows = {"\u65e5\u672c", "\u65e5\u672c", "abc", "defg", "hi", "jklmn", "o"};

}  // namespace

TEST_CASE("text.pack: characters per token measured on the first texts") {
    const Ids measured = packed({{"measure_examples", std::int64_t{2}}, {"chars_per_token", 99.0}}, rows);
    CHECK(measured == packed({{"chars_per_token", 4.0 / 12.0}}, rows));
    CHECK(measured != packed({{"chars_per_token", 99.0}}, rows));
    // Fewer texts than asked for: those there are.
    CHECK(packed({{"measure_examples", std::int64_t{400}}}, rows) == packed({{"chars_per_token", 19.0 / 27.0}}, rows));
    CHECK(packed({{"measure_examples", std::int64_t{400}}}, {}).empty());
}
