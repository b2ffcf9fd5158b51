#include <doctest/doctest.h>

#include <filesystem>

#include "framework/cli/program.h"

namespace anabranch::framework {
namespace {

const std::string with_plugin = std::string(" --plugins ") + ANABRANCH_TEST_PLUGINS + "/good";

constexpr std::string_view first_graph = R"(name: first
headline: [train/loss, train/accuracy]
resources: {counter: {type: test.counter}}
nodes:
  numbers: {type: test.numbers, packets: 30}
  train: {type: test.train, in: numbers, counter: counter}
)";
constexpr std::string_view second_graph = R"(name: second
resources: {counter: {type: test.counter, saved: made:first/counter}}
nodes:
  numbers: {type: test.numbers, packets: 2}
  train: {type: test.train, in: numbers, counter: counter}
)";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a chain runs graph after graph, each from what the one before made") {
    const Program program;
    program.write("a.yaml", first_graph);
    program.write("b.yaml", second_graph);
    const ProgramResult outcome = program.run("run a.yaml b.yaml --out both --set second.seed=9" + with_plugin);
    CAPTURE(outcome.err);
    REQUIRE(outcome.code == 0);
    CHECK(program.read("both/first/resources/counter/count.txt") == "30");
    CHECK(program.read("both/second/resources/counter/count.txt") == "32");
    const std::string resolved = program.read("both/second/graph.yaml");
    CHECK(has(resolved, "seed: 9\n"));
    CHECK(has(resolved, (program.folder() / "both/first/resources/counter").string()));
    CHECK(has(outcome.out, "stage 2 of 2: second (b.yaml)\n"));
    const std::string summary = outcome.out.substr(outcome.out.find("2 of 2 stages in "));
    CHECK(has(summary, "\n  first   done  30 "));
    CHECK(has(summary, "train/loss 0.611 -> 0.0345 (means of 3 of 30)\n"));
    CHECK(has(summary, "train/accuracy never measured\n"));
    CHECK(has(summary, "\n  second  done  2 "));
    CHECK(has(summary, "train/loss 0.0323 -> 0.0312\n"));

    // A later graph alone, from the run that is there.
    CHECK(program.run("run b.yaml --out again --made first=both/first" + with_plugin).code == 0);
    CHECK(program.read("again/resources/counter/count.txt") == "32");
    const ProgramResult alone = program.run("run b.yaml --out alone" + with_plugin);
    CHECK(alone.code == 78);
    CHECK(has(alone.err, "error A0126"));
    CHECK(has(alone.err, "--made first=DIR"));
    CHECK(program.run("run b.yaml --out alone --made first=none" + with_plugin).code == 2);
    CHECK(program.run("run b.yaml --out alone --made both/first" + with_plugin).code == 2);
    CHECK_FALSE(std::filesystem::exists(program.folder() / "alone"));
}

TEST_CASE("a chain begins only when no stage would be refused") {
    const Program program;
    program.write("a.yaml", first_graph);
    program.write("b.yaml", second_graph);
    std::filesystem::create_directories(program.folder() / "both/second");
    program.write("both/second/graph.yaml", "");
    const ProgramResult refused = program.run("run a.yaml b.yaml --out both" + with_plugin);
    CHECK(refused.code == 1);
    CHECK(has(refused.err, "both/second is not empty"));
    CHECK_FALSE(std::filesystem::exists(program.folder() / "both/first"));
    CHECK(program.run("run a.yaml b.yaml --out both --overwrite" + with_plugin).code == 0);

    program.write("b.yaml", "name: second\nnodes: {a: {type: test.numbers, path: made:first/counter}}\n");
    const ProgramResult wrong = program.run("run a.yaml b.yaml --out other" + with_plugin);
    CHECK(wrong.code == 78);
    CHECK_FALSE(std::filesystem::exists(program.folder() / "other"));
}

TEST_CASE("a stage that fails ends the chain") {
    const Program program;
    program.write("a.yaml", first_graph);
    program.write("b.yaml", second_graph);
    const ProgramResult outcome =
        program.run("run a.yaml b.yaml --out both --set first.nodes.train.fail=true" + with_plugin);
    CHECK(outcome.code == 1);
    CHECK(has(outcome.err, "it was told to"));
    CHECK(has(outcome.out, "1 of 2 stages in "));
    CHECK(has(outcome.out, "  first  failed  0 "));
    CHECK_FALSE(std::filesystem::exists(program.folder() / "both/second"));
}

TEST_CASE("Ctrl-C in a stage ends the chain with 130") {
    const Program program;
    program.write("a.yaml", first_graph);
    program.write("b.yaml", second_graph);
    // A signal that comes when stage 2 has begun: the stage is made endless, and its metrics are waited for.
    const std::string command =
        "run a.yaml b.yaml --out both --set second.nodes.numbers.packets=1000000000" + with_plugin;
    const ProgramResult outcome =
        program.run(command +
                    " > shown.txt & pid=$!; for i in $(seq 600); do [ -s both/second/metrics.jsonl ] && break; "
                    "sleep 0.05; done; kill -INT $pid; wait $pid");
    CHECK(outcome.code == 130);
    CHECK(has(program.read("shown.txt"), "2 of 2 stages in "));
    CHECK(has(program.read("shown.txt"), "  second  interrupted  "));
    CHECK(program.read("both/first/resources/counter/count.txt") == "30");
}

TEST_CASE("check looks at a chain, and at a part of one") {
    const Program program;
    program.write("a.yaml", first_graph);
    program.write("b.yaml", second_graph);
    const ProgramResult chain = program.run("check a.yaml b.yaml" + with_plugin);
    CHECK(chain.code == 0);
    CHECK(chain.out == "a.yaml: ok (2 nodes, 1 resource)\nb.yaml: ok (2 nodes, 1 resource)\n");
    const ProgramResult part = program.run("check b.yaml" + with_plugin);
    CHECK(part.code == 0);
    CHECK(part.out ==
          "b.yaml: ok (2 nodes, 1 resource)\n"
          "  not looked at: made:first/counter, which is known in a chain or by --made\n");
    CHECK(program.run("check b.yaml a.yaml" + with_plugin).code == 78);
    CHECK(program.run("graph b.yaml" + with_plugin).code == 0);
}

}  // namespace anabranch::framework
