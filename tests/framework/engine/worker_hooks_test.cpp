#include <doctest/doctest.h>

#include <mutex>
#include <set>
#include <thread>

#include "fake_graph.h"
#include "run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

TEST_CASE("worker hooks run once on each thread that runs nodes, before it does, with the thread count") {
    with_each_engine([](RunOptions options) {
        std::mutex mutex;
        std::multiset<std::thread::id> prepared;
        std::set<std::thread::id> used;
        int unprepared = 0;
        options.threads = 3;
        options.worker_hooks.push_back([&](int threads) {
            const std::scoped_lock lock(mutex);
            CHECK(threads == 3);
            prepared.insert(std::this_thread::get_id());
        });
        FakeGraph graph(30);
        graph.resource("model", [&](const ResourceContext&) {
            CHECK(prepared.count(std::this_thread::get_id()) == 1);  // loading uses threads too
            return std::make_shared<Cell>();
        });
        graph.numbers();
        const auto body = [&](Call&, std::int64_t value) {
            {
                const std::scoped_lock lock(mutex);
                used.insert(std::this_thread::get_id());
                if (prepared.count(std::this_thread::get_id()) != 1) ++unprepared;
            }
            wait_until([&] {  // until a second thread has come
                const std::scoped_lock lock(mutex);
                return options.workers == 1 || used.size() > 1;
            });
            return value;
        };
        graph.map("body", "numbers.out", body, {}, true);
        CHECK(run(graph.plan(), options).code == 0);
        CHECK(unprepared == 0);
        CHECK(used.size() <= static_cast<std::size_t>(options.workers));
        CHECK((used.size() > 1) == (options.workers > 1));
    });
}
