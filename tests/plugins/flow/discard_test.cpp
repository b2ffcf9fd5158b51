#include <doctest/doctest.h>
#include <plugins/flow/nodes.h>
#include <plugins/node_tools.h>

using namespace anabranch;
using namespace anabranch::tests;

TEST_CASE("flow.discard: takes anything and gives nothing") {
    auto node = harness(flow::add_discard);
    CHECK(node.run({{"in", texts("t", {"a"})}}).empty());
    CHECK(node.run({{"in", Packet()}}).empty());
    CHECK(node.spec().outputs.empty());
}
