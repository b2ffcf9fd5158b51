#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/text/byte_tokenizer.h>
#include <plugins/text/nodes.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

using Rows = std::vector<std::vector<std::int64_t>>;

std::vector<std::string> detokenized(const Rows& rows, Given given = {}) {
    auto node = harness(text::add_detokenize, std::move(given));
    node.lend("tokenizer", std::make_shared<ByteTokenizerResource>());
    return node.run(packet({{"response_tokens", Ragged::of(rows)}})).strings("response");
}

}  // namespace

TEST_CASE("text.detokenize: texts, with or without control tokens") {
    CHECK(detokenized({{'a', 'b', 257}, {}}) == std::vector<std::string>{"ab", ""});
    CHECK(detokenized({{'a', 257}}, {{"skip_special", false}}) == std::vector<std::string>{"a</s>"});
    CHECK(detokenized({}).empty());
}

TEST_CASE("text.detokenize: a character cut off by the end becomes U+FFFD") {
    CHECK(detokenized({{'a', 0xC3}, {0xC3, 0xBC}}) == std::vector<std::string>{"a\xEF\xBF\xBD", "ü"});
}

TEST_CASE("text.detokenize: an id that is none names the row") {
    CHECK(error_of([] { return detokenized({{'a'}, {999}}); }) == "row 1 of column 'response_tokens': no token 999");
}
