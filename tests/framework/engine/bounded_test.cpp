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
