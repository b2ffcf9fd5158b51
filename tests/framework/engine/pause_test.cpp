#include <doctest/doctest.h>
#include <framework/engine/pause.h>

#include "fake_graph.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

/// numbers -> rollout -> train (writes), with feedback to rollout; another source beside it.
class Loop {
  public:
    explicit Loop(bool feedback) : graph_(10) {
        graph_.resource("cell", [](const ResourceContext&) { return std::make_shared<Cell>(); });
        graph_.numbers();
        const auto pass = [](Call&, std::int64_t value) { return value; };
        graph_.map("rollout", "numbers.out", pass);
        graph_.map("train", "rollout.out", pass, {{"policy", {"cell", Access::write}}});
        graph_.numbers("other");
        if (feedback) graph_.feedback("train.out", "rollout", 1);
        wiring_.emplace(graph_.plan());
        pause.emplace(graph_.plan(), *wiring_, graph_.plan().nodes[train].clock, [this] { return stop; });
    }
    static constexpr std::size_t numbers = 0, rollout = 1, train = 2, other = 3;
    bool stop = false;
    std::optional<Pause> pause;

  private:
    FakeGraph graph_;
    std::optional<Wiring> wiring_;
};

}  // namespace

TEST_CASE("the main clock goes to the limit, and then nothing starts") {
    Loop loop(true);
    loop.pause->go_on(4, false);
    CHECK(loop.pause->lets(Loop::train, 3));
    CHECK_FALSE(loop.pause->lets(Loop::train, 4));
    CHECK(loop.pause->lets(Loop::other, 7));
    CHECK_FALSE(loop.pause->reached());
    loop.pause->completed(4);
    CHECK(loop.pause->reached());
    CHECK_FALSE(loop.pause->lets(Loop::other, 7));
    loop.pause->go_on(8, false);
    CHECK(loop.pause->lets(Loop::train, 4));
    CHECK(loop.pause->lets(Loop::other, 7));
}

TEST_CASE("sources that have given the steps can be held there") {
    Loop loop(true);
    loop.pause->go_on(Pause::never, true);
    CHECK(loop.pause->lets(Loop::numbers, 9));
    CHECK_FALSE(loop.pause->lets(Loop::numbers, 10));
    CHECK(loop.pause->lets(Loop::train, 10));
    loop.pause->go_on(Pause::never, false);
    CHECK(loop.pause->lets(Loop::numbers, 10));
}

TEST_CASE("a stop finishes the step that the loop has begun, not what was read ahead") {
    Loop loop(true);
    loop.pause->go_on(Pause::never, false);
    for (const std::uint64_t i : {0, 1, 2, 3}) loop.pause->begun(Loop::numbers, i);
    for (const std::uint64_t i : {0, 1}) loop.pause->begun(Loop::rollout, i);
    loop.pause->completed(1);
    loop.stop = true;
    CHECK_FALSE(loop.pause->lets(Loop::rollout, 2));
    CHECK(loop.pause->lets(Loop::train, 1));
    CHECK(loop.pause->lets(Loop::other, 0));
    loop.pause->completed(2);
    CHECK_FALSE(loop.pause->lets(Loop::other, 0));
}

TEST_CASE("without a loop it is the step that the trainer has begun, and none when it has not") {
    Loop loop(false);
    loop.pause->go_on(Pause::never, false);
    for (const std::uint64_t i : {0, 1, 2}) loop.pause->begun(Loop::rollout, i);
    loop.pause->begun(Loop::train, 0);
    loop.stop = true;
    CHECK_FALSE(loop.pause->lets(Loop::train, 1));
    CHECK(loop.pause->lets(Loop::other, 0));
    Loop early(false);
    early.stop = true;
    CHECK_FALSE(early.pause->lets(Loop::other, 0));
}
