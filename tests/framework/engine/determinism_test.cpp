#include <doctest/doctest.h>

#include <chrono>
#include <random>
#include <thread>

#include "fake_graph.h"
#include "run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

constexpr std::int64_t modulus = 1000003;

/// A graph with all that an engine must order: branches, parallel nodes, a variable fan-in, a loop with credits, a
/// resource read at three places and written at one, packers before and after the loop.
std::string outcome(const RunOptions& options, std::uint64_t credits, unsigned delay_seed) {
    const auto delay = [delay_seed](const Call& call) {  // depends on anything but the data
        std::minstd_rand random(delay_seed * 7919U + static_cast<unsigned>(call.random().key()));
        if (delay_seed > 0) std::this_thread::sleep_for(std::chrono::microseconds(random() % 400));
    };
    const auto mix = [delay](Call& call, std::int64_t value) {
        delay(call);
        return (value * 31 + call.random().integer(0, modulus, 1)) % modulus;
    };
    const auto read = [delay](Call& call, std::int64_t value) {
        delay(call);
        return (value * 7 + call.read<Cell>("policy").value) % modulus;
    };
    FakeGraph graph(24);
    graph.resource("policy", [](const ResourceContext& context) {
        auto cell = std::make_shared<Cell>();
        cell->value = context.random().integer(0, modulus, 0);
        return cell;
    });
    graph.numbers();
    Spec regroup("fake.regroup", "Drops some packets and doubles others.");
    regroup.input("in", "value: i64[B]").output("out", "value: i64[B]").regroups();
    const auto uneven = [delay](Call& call) {
        delay(call);
        for (std::int64_t i = 0; i < value_of(call) % 3; ++i) {
            call.emit().set("value", std::vector<std::int64_t>{value_of(call) * 10 + i});
        }
    };
    graph.node("uneven", regroup, {.process = uneven}, {{"in", "numbers.out"}});
    const Use lagged{.resource = "policy", .lag = credits, .snapshot = credits > 1};
    graph.map("prompts", "uneven.out", mix).map("rollout", "prompts.out", read, {{"policy", lagged}});
    graph.map("a", "rollout.out", mix, {}, true).map("b", "rollout.out", mix, {}, true);
    graph.map("c", "rollout.out", read, {{"policy", lagged}}, true);
    Spec join("fake.update", "Writes the policy.");
    join.any_number_of_inputs("value: i64[B]").output("out", "value: i64[B]").writes("policy", "cell", "");
    const auto update = [delay](Call& call) {
        std::int64_t sum = 0;
        for (const auto& [port, packet] : call.inputs()) sum = (sum * 3 + value_of(call, port)) % modulus;
        auto& cell = call.write<Cell>("policy");
        cell.value = (cell.value * 13 + sum) % modulus;
        delay(call);
        call.metric("policy", static_cast<double>(cell.value));
        call.out().set("value", std::vector<std::int64_t>{sum});
    };
    graph.node("update", join, {.process = update},
               {{"w", "rollout.out"}, {"x", "a.out"}, {"y", "b.out"}, {"z", "c.out"}},
               {{"policy", {.resource = "policy", .access = Access::write}}});
    graph.feedback("update.out", "prompts", credits);
    graph.map("after", "update.out", read, {{"policy", {.resource = "policy", .lag = 0, .snapshot = true}}});
    std::int64_t held = 0;
    Behaviour pairs{.process =
                        [&held](Call& call) {
                            held = held * 5 % modulus + value_of(call);
                            if (call.sequence() % 2 == 1) call.emit().set("value", std::vector<std::int64_t>{held});
                        },
                    .flush = [&held](Call& call) { call.emit().set("value", std::vector<std::int64_t>{held}); }};
    graph.node("pairs", regroup, std::move(pairs), {{"in", "after.out"}});
    std::vector<std::int64_t> seen;
    graph.collect("sink", "pairs.out", seen);
    const TemporaryFolder folder;
    const RunResult result = run_in(folder.path(), graph.plan(), options);
    CHECK(result.errors == "");
    std::string text = without_times(result.metrics) + text_of_file(folder.path() / "run/resources/policy/value.txt");
    for (const auto value : seen) text += std::to_string(value) + ' ';
    return text;
}

}  // namespace

TEST_CASE("the same bits from both engines, with any number of workers, whatever the timing") {
    std::string before;
    for (const std::uint64_t credits : {1, 2, 3}) {
        CAPTURE(credits);
        RunOptions serial;
        serial.engine = "serial";
        const std::string expected = outcome(serial, credits, 0);
        CHECK(expected.size() > 500);
        CHECK(expected != before);  // staleness is seen
        before = expected;
        with_each_engine([&](const RunOptions& options) {
            for (const unsigned delay_seed : {0U, 1U, 2U, 3U}) CHECK(outcome(options, credits, delay_seed) == expected);
        });
    }
}
