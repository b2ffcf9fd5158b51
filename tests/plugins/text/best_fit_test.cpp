#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/text/byte_tokenizer.h>
#include <plugins/text/nodes.h>

#include <map>
#include <set>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

using Ids = std::vector<std::int64_t>;

Harness fitter(Given given = {}, ByteTokenizer tokenizer = {}) {
    given.insert({{"seq_length", std::int64_t{6}}, {"batch", std::int64_t{2}}});
    auto node = harness(text::add_best_fit, std::move(given));
    node.lend("tokenizer", std::make_shared<ByteTokenizerResource>(tokenizer));
    return node;
}

}  // namespace

TEST_CASE("text.best_fit: texts stay whole rows, and a packet holds those of its bins") {
    auto node = fitter();
    CHECK(node.run({{"in", texts("text", {"abc", "d", "ef", "ghijk"})}}).empty());
    const auto packets = node.flush();  // 6 | 4 2 | 3
    REQUIRE(packets.size() == 2);
    std::set<Ids> rows;
    for (const auto& [port, packet] : packets) {
        std::map<std::int64_t, std::size_t> filled;
        const auto bins = integers(packet, "bin");
        for (std::int64_t row = 0; row < packet.rows(); ++row) {
            rows.insert(ragged_row(packet, "input_ids", row));
            CHECK(ragged_row(packet, "labels", row) == ragged_row(packet, "input_ids", row));
            filled[bins[static_cast<std::size_t>(row)]] += ragged_row(packet, "input_ids", row).size();
        }
        for (const auto& [bin, tokens] : filled) CHECK(tokens <= 6);
    }
    CHECK(rows == std::set<Ids>{{'a', 'b', 'c', 257}, {'d', 257}, {'e', 'f', 257}, {'g', 'h', 'i', 'j', 'k', 257}});
}

TEST_CASE("text.best_fit: with a prompt only the answer is learnt; a BOS stands before the prompt alone") {
    ByteTokenizer tokenizer;
    tokenizer.wants_bos = true;
    auto node = fitter({{"prompt", std::string("prompt")}, {"column", std::string("answer")}}, tokenizer);
    CHECK(node.run({{"in", packet({{"prompt", Strings({"ab"})}, {"answer", Strings({"cd"})}})}}).empty());
    const auto packets = node.flush();
    CHECK(ragged_row(packets.at(0).second, "input_ids", 0) == Ids{256, 'a', 'b', 'c', 'd', 257});
    CHECK(ragged_row(packets.at(0).second, "labels", 0) == Ids{-100, -100, -100, 'c', 'd', 257});
}

TEST_CASE("text.best_fit: longer texts are cut, dropped or refused; one of which nothing is learnt is dropped") {
    using Rows = std::tuple<std::int64_t, double, double>;  // given, dropped, truncated
    const auto rows = [](const std::string& too_long, Given given = {}) {
        given.emplace("too_long", too_long);
        auto node = fitter(std::move(given));
        static_cast<void>(
            node.run({{"in", packet({{"text", Strings({"abcdefgh", "i"})}, {"prompt", Strings({"1234567", "2"})}})}}));
        const double dropped = node.metrics().at("data/dropped_rows");
        const double truncated = node.metrics().at("data/truncated_rows");
        const auto packets = node.flush();
        return Rows(packets.empty() ? 0 : packets[0].second.rows(), dropped, truncated);
    };
    CHECK(rows("truncate_right") == Rows(2, 0, 1));
    CHECK(rows("drop") == Rows(1, 1, 0));
    CHECK(rows("truncate_right", {{"prompt", std::string("prompt")}}) == Rows(1, 1, 0));
    CHECK(contains(error_of([&] { return rows("error"); }), "row 0 of column 'text': the text has 9 tokens"));
}

TEST_CASE("text.best_fit: a full gathering gives packets at once") {
    auto node = fitter({{"gather", std::int64_t{4}}, {"batch", std::int64_t{1}}});
    CHECK(node.run({{"in", texts("text", {"abcde", "fghij", "klmno"})}}).empty());
    CHECK(node.run({{"in", texts("text", {"pqrst"})}}).size() == 4);
    CHECK(node.flush().empty());
}
