#include <doctest/doctest.h>
#include <framework/engine/admission.h>

using namespace anabranch;
using namespace anabranch::framework;

namespace {

/// Nodes 0 and 1 read the resource, node 2 writes it, node 3 does not use it.
Wiring wiring() {
    Wiring wiring{Plan{}};
    wiring.nodes.resize(4);
    wiring.nodes[0].holds = {{0, Access::read}};
    wiring.nodes[1].holds = {{0, Access::read}};
    wiring.nodes[2].holds = {{0, Access::write}};
    wiring.writers = {2};
    return wiring;
}

}  // namespace

TEST_CASE("readers are admitted together, a writer alone") {
    const Wiring nodes = wiring();
    Admission admission(nodes);
    CHECK(admission.request(0, 0));
    CHECK(admission.request(0, 1));
    CHECK(admission.request(1, 0));
    CHECK(admission.request(3, 0));
    CHECK_FALSE(admission.request(2, 0));
    CHECK(admission.release(0) == std::vector<std::size_t>{2});
    CHECK_FALSE(admission.request(2, 0));
    CHECK(admission.release(0) == std::vector<std::size_t>{2});
    CHECK(admission.release(1) == std::vector<std::size_t>{2});
    CHECK(admission.request(2, 0));
    CHECK_FALSE(admission.request(0, 2));
    CHECK(admission.release(3).empty());
    CHECK(admission.release(2) == std::vector<std::size_t>{0});
    CHECK(admission.request(0, 2));
}

TEST_CASE("the oldest sequence goes first: a waiting writer is not passed by younger readers") {
    const Wiring nodes = wiring();
    Admission admission(nodes);
    CHECK(admission.request(0, 5));
    CHECK_FALSE(admission.request(2, 6));
    CHECK_FALSE(admission.request(1, 7));  // could read now, but is younger than the writer
    CHECK(admission.request(1, 4));        // older than the writer
    (void)admission.release(0);
    CHECK_FALSE(admission.request(1, 7));
    CHECK_FALSE(admission.request(2, 6));
    CHECK(admission.release(1) == std::vector<std::size_t>{2, 1});  // the order of their sequences
    CHECK(admission.request(2, 6));
}
