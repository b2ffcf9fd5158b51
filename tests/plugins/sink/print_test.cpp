#include <anabranch/call.h>
#include <doctest/doctest.h>
#include <plugins/node_tools.h>
#include <plugins/sink/nodes.h>
#include <plugins/sink/printable.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

using Lines = std::vector<std::string>;

Lines printed(Given given, Packet packet, std::uint64_t sequence = 0) {
    Registry registry;
    sink::add_print(registry);
    const auto node = registry.nodes.at(0).make(Parameters(registry.nodes.at(0).spec.parameters, std::move(given)));
    Call call({.sequence = sequence, .inputs = {{"in", std::move(packet)}}});
    node->process(call);
    return call.lines();
}

Packet rows() {
    return packet({{"response", Strings({"two\nlines", "b", "c"})},
                   {"ids", Ragged::of(std::vector<std::vector<std::int64_t>>{{1, 2}, {}, {3}})},
                   {"score", Array::of(std::vector<float>{0.5F, 1, 2})}});
}

std::string shown(const std::string& text, std::size_t width = 0) {
    return sink::printable_cell(Strings({text}), 0, width);
}

}  // namespace

TEST_CASE("sink.print: the first rows, a line for each column") {
    CHECK(printed({}, rows(), 3) == Lines{"packet 3, row 0", "  response  two ⏎ lines", "  ids       [1, 2]",
                                          "  score     0.5", "packet 3, row 1", "  response  b", "  ids       []",
                                          "  score     1"});
    CHECK(printed({{"rows", std::int64_t{1}}, {"columns", Lines{"score"}}, {"title", "after"}}, rows()) ==
          Lines{"after packet 0, row 0", "  score  0.5"});
}

TEST_CASE("sink.print: every n-th packet, packets without rows") {
    const Given every{{"every", std::int64_t{10}}, {"rows", std::int64_t{1}}};
    CHECK(printed(every, rows(), 9).empty());
    CHECK(printed(every, rows(), 10).size() == 4);
    CHECK(printed({}, texts("t", {})) == Lines{"packet 0: no rows"});
    CHECK(contains(error_of([] { return printed({{"columns", Lines{"scores"}}}, rows()); }), "there is no 'scores'"));
}

TEST_CASE("sink.print: values are cut by characters") {
    CHECK(shown("äöüäöü", 6) == "äöüäöü");
    CHECK(shown("äöüäöü", 5) == "äöüä…");
    CHECK(shown("ab", 1) == "…");
    CHECK(printed({{"width", std::int64_t{4}}, {"columns", Lines{"ids"}}, {"rows", std::int64_t{1}}}, rows())[1] ==
          "  ids  [1,…");
}

TEST_CASE("sink.print: text cannot steer the terminal") {
    CHECK(shown("\x1b[2Jquote \" and \\") == "\\u001b[2Jquote \" and \\");
    CHECK(shown("\xC2\x9B"
                "2J") ==
          "\xEF\xBF\xBD"
          "2J");
    CHECK(shown("\xFF") == "\xEF\xBF\xBD");
    CHECK(shown("\\n is not a line break") == "\\n is not a line break");
}
