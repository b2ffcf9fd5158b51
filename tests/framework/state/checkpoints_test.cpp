#include <doctest/doctest.h>
#include <framework/state/checksums.h>

#include <chrono>
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "framework/engine/fake_graph.h"
#include "framework/engine/run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

namespace fs = std::filesystem;

/// Losses by step, from 1; the best among the saved ones (every 3) is that of step 6.
constexpr std::array losses{9.0, 8.0, 7.0, 1.0, 5.0, 4.0, 6.0, 5.0, 4.5, 8.0, 9.0, 10.0, 2.0, 3.0};

/// A loop: numbers -> update (writes) -> measure (gives the metric), with as many packets under way as `credits` says.
void loop(FakeGraph& graph, std::uint64_t credits, unsigned delay_seed = 0) {
    const auto delay = [delay_seed](const Call& call) {
        std::minstd_rand random(delay_seed * 7919U + static_cast<unsigned>(call.random().key()));
        if (delay_seed > 0) std::this_thread::sleep_for(std::chrono::microseconds(random() % 400));
    };
    graph.resource("cell", [](const ResourceContext&) { return std::make_shared<Cell>(); });
    graph.numbers();
    const auto read = [delay](Call& call, std::int64_t value) {
        delay(call);
        return value + call.read<Cell>("policy").value;
    };
    graph.map("rollout", "numbers.out", read, {{"policy", {"cell", Access::read, credits, credits > 1}}}, true);
    const auto write = [delay](Call& call, std::int64_t value) {
        delay(call);
        return call.write<Cell>("policy").value = value * 10 + static_cast<std::int64_t>(call.sequence());
    };
    graph.map("update", "rollout.out", write, {{"policy", {"cell", Access::write}}});
    const auto measure = [delay](Call& call, std::int64_t value) {
        delay(call);
        call.metric("loss", losses.at(call.sequence()));
        return value;
    };
    graph.map("measure", "update.out", measure, {}, true);
    graph.feedback("measure.out", "rollout", credits);
}

std::string list(const fs::path& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
    std::string text;
    for (const auto& name : names) text += name + " ";
    return text;
}

std::string saved_value(const fs::path& run, const std::string& step) {
    return text_of_file(run / "checkpoints" / step / "cell/value.txt");
}

/// What a run of so many steps saves at its end.
std::string value_after(std::uint64_t steps, std::uint64_t credits) {
    FakeGraph graph(steps);
    loop(graph, credits);
    const TemporaryFolder folder;
    CHECK(run_in(folder.path(), graph.plan()).code == 0);
    return text_of_file(folder.path() / "run/resources/cell/value.txt");
}

PlanSave every(std::uint64_t steps, std::uint64_t keep) {
    return {.every = steps, .keep = keep};
}

}  // namespace

TEST_CASE("what is saved at a step is what that step wrote, in both engines, whatever is under way") {
    for (const std::uint64_t credits : {1, 2, 4}) {
        CAPTURE(credits);
        const std::string third = value_after(3, credits);
        const std::string twelfth = value_after(12, credits);
        CHECK(third != twelfth);
        with_each_engine([&](const RunOptions& options) {
            for (const unsigned delay_seed : {0U, 1U, 2U}) {
                FakeGraph graph(14);
                loop(graph, credits, delay_seed);
                graph.plan().save = every(3, 100);
                const TemporaryFolder folder;
                const RunResult result = run_in(folder.path(), graph.plan(), options);
                CHECK(result.errors == "");
                CHECK(list(folder.path() / "run/checkpoints") == "step-000003 step-000006 step-000009 step-000012 ");
                CHECK(saved_value(folder.path() / "run", "step-000003") == third);
                CHECK(saved_value(folder.path() / "run", "step-000012") == twelfth);
                CHECK(problem_with(folder.path() / "run/checkpoints/step-000006") == "");
                CHECK(text_of_file(folder.path() / "run/resources/cell/value.txt") == value_after(14, credits));
            }
        });
    }
}

TEST_CASE("the last ones are kept, and the best, which `best` names") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(14);
        loop(graph, 1);
        graph.plan().save = every(3, 2);
        graph.plan().save->best = {.metric = "loss", .lowest = true};
        const TemporaryFolder folder;
        const RunResult result = run_in(folder.path(), graph.plan(), options);
        CHECK(result.errors == "");
        CHECK(list(folder.path() / "run/checkpoints") == "step-000006 step-000009 step-000012 ");
        CHECK(fs::read_symlink(folder.path() / "run/best") == "checkpoints/step-000006");
        CHECK(text_of_file(folder.path() / "run/best/cell/value.txt") == value_after(6, 1));
        CHECK(result.progress.find("run/best -> step-000006 (loss 4)") != std::string::npos);
        CHECK(result.progress.find("run/checkpoints/step-000009 in ") != std::string::npos);
    });
}

TEST_CASE(
    "the highest is the best when the graph says so; a run that writes over another one removes its checkpoints") {
    FakeGraph graph(14);
    loop(graph, 1);
    graph.plan().save = every(3, 1);
    graph.plan().save->best = {.metric = "loss", .lowest = false};
    const TemporaryFolder folder;
    CHECK(run_in(folder.path(), graph.plan()).code == 0);
    CHECK(fs::read_symlink(folder.path() / "run/best") == "checkpoints/step-000012");
    CHECK(list(folder.path() / "run/checkpoints") == "step-000012 ");

    FakeGraph other(2);
    loop(other, 1);
    RunOptions options;
    options.overwrite = true;
    CHECK(run_in(folder.path(), other.plan(), options).code == 0);
    CHECK(list(folder.path() / "run") == "graph.yaml metrics.jsonl resources resume run.json tensorboard ");
}

TEST_CASE("a metric that no step gives is an error that suggests one; the checkpoints are there") {
    FakeGraph graph(7);
    loop(graph, 1);
    graph.plan().save = every(3, 5);
    graph.plan().save->best = {.metric = "los", .lowest = true};
    const TemporaryFolder folder;
    const RunResult result = run_in(folder.path(), graph.plan());
    CHECK(result.code == 1);
    CHECK(result.errors ==
          "error: save: best: no step gave the metric 'los', so none is the best; did you mean 'loss'?\n");
    CHECK(list(folder.path() / "run/checkpoints") == "step-000003 step-000006 ");
    CHECK(fs::exists(folder.path() / "run/resources/cell/value.txt"));
}

TEST_CASE("a checkpoint that cannot be written ends the run; earlier ones stay, nothing half-written is left") {
    class Full final : public Resource {
      public:
        [[nodiscard]] std::shared_ptr<const Resource> snapshot() const override { return nullptr; }
        void save(const fs::path& directory) const override {
            std::ofstream(directory / "value.txt") << "half";
            const bool kept = directory.string().find("/checkpoints/") != std::string::npos;  // not to resume from
            if (kept && ++saves > 2) throw Error("No space left on device; make room and try again");
        }
        mutable int saves = 0;
    };
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(20);
        graph.resource("full", [](const ResourceContext&) { return std::make_shared<Full>(); });
        graph.numbers();
        int calls = 0;
        const auto write = [&calls](Call&, std::int64_t value) { return ++calls, value; };
        graph.map("update", "numbers.out", write, {{"policy", {"full", Access::write}}});
        graph.plan().save = every(3, 10);
        const TemporaryFolder folder;
        const RunResult result = run_in(folder.path(), graph.plan(), options);
        CHECK(result.code == 1);
        CHECK(calls == 9);
        CHECK(result.errors.starts_with(
            "error: graph.yaml:11: node 'update' (fake.map, plugin fakes), packet 8: step 9 "
            "could not be saved: graph.yaml:2: resource 'full' (fake.resource, plugin fakes): "
            "could not be saved: No space left on device; make room and try again\n"));
        CHECK(list(folder.path() / "run/checkpoints") == "step-000003 step-000006 ");
        CHECK(problem_with(folder.path() / "run/checkpoints/step-000006") == "");
    });
}

TEST_CASE("a step with two writers is saved when both have come to it") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(8);
        graph.resource("cell", [](const ResourceContext&) { return std::make_shared<Cell>(); });
        graph.resource("other", [](const ResourceContext&) { return std::make_shared<Cell>(); });
        graph.numbers();
        const auto write = [](Call& call, std::int64_t value) { return call.write<Cell>("policy").value = value; };
        graph.map("first", "numbers.out", write, {{"policy", {"cell", Access::write}}});
        const auto slow = [](Call& call, std::int64_t value) {
            std::this_thread::sleep_for(std::chrono::microseconds(300));
            return call.write<Cell>("policy").value = 2 * value;
        };
        graph.map("second", "numbers.out", slow, {{"policy", {"other", Access::write}}});
        graph.plan().save = every(2, 2);
        const TemporaryFolder folder;
        CHECK(run_in(folder.path(), graph.plan(), options).errors == "");
        CHECK(list(folder.path() / "run/checkpoints") == "step-000006 step-000008 ");
        CHECK(list(folder.path() / "run/checkpoints/step-000006") == "SHA256SUMS cell other ");
        CHECK(saved_value(folder.path() / "run", "step-000006") == "5\n");
        CHECK(text_of_file(folder.path() / "run/checkpoints/step-000006/other/value.txt") == "10\n");
    });
}
