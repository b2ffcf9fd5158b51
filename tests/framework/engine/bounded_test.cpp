#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "fake_graph.h"
#include "run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

constexpr int packets = 40;

/// The most packets that were given and not yet through the slow consumer, and the summary's figure. With
/// several workers the consumer does not go on before the source has given as many as `limit`.
std::pair<int, std::string> most_in_flight(const RunOptions& options, std::uint64_t credits, int limit) {
    const bool fill = options.workers > 1;
    std::atomic<int> given = 0;
    std::atomic<int> consumed = 0;
    std::atomic<int> most = 0;
    FakeGraph graph(packets);
    graph.numbers("numbers", {.process = [&](Call& call) {
                      most = std::max<int>(most, ++given - consumed);
                      call.out().set("value", std::vector<std::int64_t>{1});
                  }});
    graph.map("quick", "numbers.out", [](Call&, std::int64_t value) { return value; });
    graph.map("slow", "quick.out", [&](Call&, std::int64_t value) {
        if (fill) wait_until([&] { return given - consumed >= std::min(limit, packets - consumed); });
        std::this_thread::sleep_for(std::chrono::microseconds(300));
        ++consumed;
        return value;
    });
    graph.feedback("slow.out", "quick", credits);
    const RunResult result = run(graph.plan(), options);
    CHECK(result.code == 0);
    const auto at = result.progress.find("most packets in flight: ");
    REQUIRE(at != std::string::npos);
    return {most, result.progress.substr(at, result.progress.find('\n', at) - at)};
}

}  // namespace

TEST_CASE("a slow consumer bounds what a source gives: four packets, or one more than the credits") {
    with_each_engine([](const RunOptions& options) {
        const auto [few, few_text] = most_in_flight(options, 1, 4);
        CHECK(few <= 4);
        const auto [many, many_text] = most_in_flight(options, 9, 10);
        CHECK(many <= 10);
        if (options.engine == "serial") {
            CHECK(few_text == "most packets in flight: numbers 1 of 4");  // one packet after the other
        } else if (options.workers > 1) {
            CHECK(few_text == "most packets in flight: numbers 4 of 4");
            CHECK(many_text == "most packets in flight: numbers 10 of 10");
        }
    });
}

TEST_CASE("no edge holds more than its bound, behind a slow consumer and a slow side branch; the run tells both") {
    with_each_engine([](const RunOptions& given) {
        std::atomic<int> numbers = 0;
        std::atomic<int> tapped = 0;
        FakeGraph graph(packets);
        graph.numbers("numbers", {.process = [&](Call& call) {
                          ++numbers;
                          call.out().set("value", std::vector<std::int64_t>{1});
                      }});
        const auto same = [](Call&, std::int64_t value) { return value; };
        graph.map("begin", "numbers.out", same).map("middle", "begin.out", same);
        graph.map("slow", "middle.out", [](Call&, std::int64_t value) {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
            return value;
        });
        graph.map("tap", "numbers.out", [&](Call&, std::int64_t value) {
            // With a worker for each it does not go on before all that may be in flight is.
            if (given.workers > 4) wait_until([&] { return numbers - tapped >= std::min(6, packets - tapped); });
            ++tapped;
            return value;
        });
        graph.feedback("slow.out", "begin", 2);
        graph.feedback("slow.out", "numbers", 5);
        RunSummary summary;
        RunOptions options = given;
        options.summary = &summary;
        const RunResult result = run(graph.plan(), options);
        CHECK(result.code == 0);
        std::map<std::string, std::uint64_t> limits;
        for (const auto& mark : summary.waiting) {
            CAPTURE(mark.place);
            CHECK(mark.packets >= 1);
            CHECK(mark.packets <= mark.limit);
            limits[mark.place] = mark.limit;
        }
        CHECK(limits == std::map<std::string, std::uint64_t>{{"numbers -> begin.in", 5},
                                                             {"begin -> middle.in", 2},
                                                             {"middle -> slow.in", 2},
                                                             {"numbers -> tap.in", 6}});
        CHECK(result.progress.find("begin -> middle.in ") != std::string::npos);
        CHECK(result.progress.find(" of 2, ") != std::string::npos);
    });
}

TEST_CASE("of one packet a node that regroups may give any number: no bound is told for what comes behind it") {
    FakeGraph graph(3);
    Spec spread("fake.spread", "Gives nine of each.");
    spread.input("in", "value: i64[B]").output("out", "value: i64[B]").regroups();
    const auto process = [](Call& call) {
        for (std::int64_t i = 0; i < 9; ++i) call.emit().set("value", std::vector<std::int64_t>{i});
    };
    graph.numbers().node("spread", spread, {.process = process}, {{"in", "numbers.out"}});
    graph.map("end", "spread.out", [](Call&, std::int64_t value) { return value; });
    RunSummary summary;
    RunOptions options;
    options.summary = &summary;
    CHECK(run(graph.plan(), options).code == 0);
    REQUIRE(summary.waiting.size() == 2);
    CHECK(summary.waiting[0].limit == 4);
    CHECK(summary.waiting[1].packets >= 9);
    CHECK(summary.waiting[1].limit == 0);
}

TEST_CASE("a node that keeps every packet it gets does not stop its source: packets and their tickets are apart") {
    with_each_engine([](const RunOptions& options) {
        std::vector<Packet> kept;
        FakeGraph graph(packets);
        graph.numbers();
        graph.node("keeper", Spec("fake.keeper", "Keeps.").input("in", "value: i64[B]"),
                   {.process = [&kept](Call& call) { kept.push_back(call.in()); }}, {{"in", "numbers.out"}});
        const RunResult result = run(graph.plan(), options);
        CHECK(result.code == 0);
        CHECK(kept.size() == packets);
    });
}
