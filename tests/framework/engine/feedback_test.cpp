#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "fake_graph.h"
#include "run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

/// How many packets were between the start of `to` and the end of `from` at most. `fill`: packets wait in between until
/// there are as many as the credits allow.
int most_between(std::uint64_t credits, const RunOptions& options, bool fill = false) {
    std::atomic<int> between = 0;
    std::atomic<int> most = 0;
    FakeGraph graph(20);
    graph.numbers();
    const auto begin = [&](Call&, std::int64_t value) {
        const int now = ++between;
        if (now > most) most = now;  // `begin` runs one call at a time
        return value;
    };
    const auto pause = [&between, credits, fill](Call&, std::int64_t value) {
        const bool room = value + static_cast<std::int64_t>(credits) <= 20;
        if (fill && room) wait_until([&] { return between >= static_cast<int>(credits); });
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return value;
    };
    const auto end = [&](Call&, std::int64_t value) {
        --between;
        return value;
    };
    graph.map("begin", "numbers.out", begin).map("pause", "begin.out", pause, {}, true).map("end", "pause.out", end);
    graph.feedback("end.out", "begin", credits);
    CHECK(run(graph.plan(), options).code == 0);
    return most;
}

}  // namespace

TEST_CASE("a feedback edge never lets more packets between its ends than it has credits") {
    with_each_engine([](const RunOptions& options) {
        for (const std::uint64_t credits : {1, 2, 3}) {
            CAPTURE(credits);
            CHECK(most_between(credits, options) <= static_cast<int>(credits));
        }
    });
}

TEST_CASE("credits are used: the flow engine overlaps as many packets as they allow") {
    RunOptions options;
    options.workers = 8;
    CHECK(most_between(1, options, true) == 1);
    CHECK(most_between(2, options, true) == 2);
    CHECK(most_between(3, options, true) == 3);
}

TEST_CASE("a feedback edge may hold back the source itself") {
    with_each_engine([](const RunOptions& options) {
        std::atomic<int> finished = 0;
        std::vector<std::int64_t> seen;
        FakeGraph graph(15);
        graph.numbers("numbers", {.process = [&](Call& call) {
                          CHECK(finished == static_cast<int>(call.sequence()));
                          call.out().set("value",
                                         std::vector<std::int64_t>{static_cast<std::int64_t>(call.sequence())});
                      }});
        graph.map("last", "numbers.out", [&](Call&, std::int64_t value) {
            std::this_thread::sleep_for(std::chrono::microseconds(200));
            ++finished;
            return value;
        });
        graph.feedback("last.out", "numbers", 1);
        CHECK(run(graph.plan(), options).code == 0);
        CHECK(finished == 15);
    });
}
