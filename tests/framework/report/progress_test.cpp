#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "framework/engine/fake_graph.h"
#include "framework/engine/run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

std::string run_training(const RunOptions& options, const TemporaryFolder& folder, RunResult& result) {
    FakeGraph graph(2);
    graph.resource("policy", [](const ResourceContext&) { return std::make_shared<Cell>(); });
    graph.numbers();
    graph.map("train", "numbers.out",
              [](Call& call, std::int64_t value) {
                  call.write<Cell>("policy").value = value;
                  call.metric("objective/kl", 0.5 * static_cast<double>(value));
                  call.print(cat("sample of packet ", value));
                  return value;
              },
              {{"policy", {.resource = "policy", .access = Access::write}}});
    Spec pack("fake.pack", "Counts.");
    pack.input("in", "value: i64[B]").output("out", "value: i64[B]").regroups();
    graph.node("pack", pack,
               {.flush =
                    [](Call& call) {
                        call.metric("packed", 2);
                        call.print("packed it all");
                    }},
               {{"in", "train.out"}});
    result = run_in(folder.path(), graph.plan(), options);
    return std::regex_replace(result.progress, std::regex("[0-9.e-]+ (m?s|MB|GB)\\b"), "T");
}

}  // namespace

TEST_CASE("progress: a run whose steps are made of regrouped packets foretells how long it takes") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(40);
        graph.numbers();
        Spec halve("fake.halve", "Gives every second packet.");
        halve.input("in", "value: i64[B]").output("out", "value: i64[B]").regroups();
        graph.node("halve", halve,
                   {.process =
                        [](Call& call) {
                            if (call.in().values<std::int64_t>("value")[0] % 2 == 1) call.emit().pass(call.in());
                        }},
                   {{"in", "numbers.out"}});
        graph.map("train", "halve.out", [](Call& call, std::int64_t value) {
            call.metric("loss", 1.0);
            return value;
        });
        const TemporaryFolder folder;
        const std::string text = run_in(folder.path(), graph.plan(), options).progress;
        CHECK(std::regex_search(text, std::regex("\nstep 1  loss 1  [^\n]*  ETA about ")));
        CHECK(std::regex_search(text, std::regex("\nstep 20  loss 1  [0-9.]+ m?s/step\n")));
    });
}

TEST_CASE("progress: steps are counted up to where a node has what it uses") {
    with_each_engine([](const RunOptions& options) {
        FakeGraph graph(9);
        graph.numbers();
        Spec train("fake.train", "Learns from four packets.");
        train.input("in", "value: i64[B]").output("out", "value: i64[B]").uses_packets(4);
        graph.node("train", train,
                   {.process =
                        [](Call& call) {
                            if (call.sequence() < 4) call.metric("loss", 1.0);
                            call.out().pass(call.in());
                        }},
                   {{"in", "numbers.out"}});
        const TemporaryFolder folder;
        const RunResult result = run_in(folder.path(), graph.plan(), options);
        CHECK(std::regex_search(result.progress, std::regex("\nstep 3/4  loss 1  [^\n]*  ETA ")));
        CHECK(
            std::regex_search(result.progress, std::regex("\nstep 4/4  loss 1  [0-9.]+ [mu]?s/step\ndone: 4 steps ")));
        CHECK(result.progress.find("step 5") == std::string::npos);
        CHECK(std::ranges::count(result.metrics, '\n') == 4);
    });
}

TEST_CASE("progress: what is run and loaded, what nodes print above their step, a summary; and the run folder") {
    with_each_engine([](const RunOptions& options) {
        const TemporaryFolder folder;
        RunResult result;
        const std::string text = run_training(options, folder, result);
        CHECK(text.starts_with("running fake: 3 nodes, seed 5, " + options.engine + " engine, "));
        const auto loading = text.find("\nloading policy (fake.resource) ... T\n");
        const auto first = text.find("\nsample of packet 0\nstep 1/2  kl 0  T/step  ETA T\n");
        const auto second = text.find("\nsample of packet 1\nstep 2/2  kl 0.5  T/step\n");
        const auto flush = text.find("\npacked it all\n");
        const auto summary = text.find("\ndone: 2 steps in T\n");
        REQUIRE(summary != std::string::npos);
        CHECK(loading < first);
        CHECK(first < second);
        CHECK(second < flush);
        CHECK(flush < summary);
        CHECK(text.find("  written: " + (folder.path() / "run/resources/policy").string() + "\n") > summary);
        CHECK(without_times(result.metrics) ==
              "{\"step\": 1, \"objective/kl\": 0}\n{\"step\": 2, \"objective/kl\": 0.5}\n"
              "{\"step\": 2, \"clock\": \"end of pack\", \"packed\": 2}\n");
        CHECK(text_of_file(folder.path() / "run/graph.yaml") == "name: fake\n");
        CHECK(text_of_file(folder.path() / "run/resources/policy/value.txt") == "1\n");
    });
}

TEST_CASE("a run into a folder that is used fails before anything is made, unless told to overwrite") {
    const TemporaryFolder folder;
    int made = 0;
    FakeGraph graph(2);
    graph.numbers("numbers", {.make = [&made] { ++made; }});
    graph.plan().nodes[0].spec.outputs.clear();
    RunOptions options;
    options.out = folder.path() / "run";
    FakeGraph first(2);
    first.numbers();
    CHECK(run_in(folder.path(), first.plan(), options).code == 0);
    const RunResult refused = run_in(folder.path(), graph.plan(), options);
    CHECK(refused.code == 1);
    CHECK(refused.errors.find("is not empty; pass another --out, or --overwrite") != std::string::npos);
    CHECK(made == 0);
    options.overwrite = true;
    CHECK(run_in(folder.path(), first.plan(), options).code == 0);
}

TEST_CASE("thousands of quick steps without metrics are not a line each, but each is in metrics.jsonl") {
    FakeGraph graph(3000);
    graph.numbers();
    const RunResult result = run(graph.plan());
    CHECK(result.code == 0);
    CHECK(std::count(result.metrics.begin(), result.metrics.end(), '\n') == 3000);
    CHECK(std::count(result.progress.begin(), result.progress.end(), '\n') < 100);
    CHECK(result.progress.find("step 3000/3000") != std::string::npos);
}
