#include <doctest/doctest.h>

#include <filesystem>

#include "framework/cli/program.h"

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

const std::string with_plugin = std::string(" --plugins ") + ANABRANCH_TEST_PLUGINS + "/good";

constexpr std::string_view graph = R"(name: counted
resources: {counter: {type: test.counter}}
nodes:
  numbers: {type: test.numbers, packets: 5}
  train: {type: test.train, in: numbers, counter: counter}
)";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("export writes what a run trained, once and whole") {
    const Program program;
    program.write("g.yaml", graph);
    REQUIRE(program.run("run g.yaml --out made" + with_plugin).code == 0);
    const ProgramResult first = program.run("export made --format gguf" + with_plugin);
    CAPTURE(first.err);
    CHECK(first.code == 0);
    CHECK(first.out == "written: made/export/counter.gguf\n");
    CHECK(program.read("made/export/counter.gguf") == "gguf float32 of counted counter: 5");

    const ProgramResult again = program.run("export made --format gguf --dtype bfloat16" + with_plugin);
    CHECK(again.code == 1);
    CHECK(has(again.err, "made/export/counter.gguf exists already"));
    CHECK(program.read("made/export/counter.gguf") == "gguf float32 of counted counter: 5");

    CHECK(program.run("export made/ --format hf --merge --out a/b/ --resource counter.start" + with_plugin).code == 0);
    CHECK(program.read("a/b") == "hf merged float32 of counted counter: 0");
    CHECK(program.run("export made --format hf" + with_plugin).out == "written: made/export/counter\n");
}

TEST_CASE("export takes a checkpoint that is asked for") {
    const Program program;
    program.write("g.yaml", std::string(graph) + "save: {every: 2, best: {metric: train/count, mode: min}}\n");
    REQUIRE(program.run("run g.yaml --out made" + with_plugin).code == 0);
    const ProgramResult best = program.run("export made --format hf --merge --checkpoint best" + with_plugin);
    CAPTURE(best.err);
    CHECK(best.out == "written: made/export/counter-best-merged\n");
    CHECK(program.read("made/export/counter-best-merged") == "hf merged float32 of counted counter: 2");
    CHECK(program.run("export made --format gguf --checkpoint step-000004" + with_plugin).code == 0);
    CHECK(program.read("made/export/counter-step-000004.gguf") == "gguf float32 of counted counter: 4");

    const ProgramResult absent = program.run("export made --format gguf --checkpoint step-00004" + with_plugin);
    CHECK(absent.code == 1);
    CHECK(has(absent.err,
              "made has no checkpoint 'step-00004'; did you mean 'step-000004'? It has best, "
              "step-000002 and step-000004"));
    program.write("h.yaml", graph);
    REQUIRE(program.run("run h.yaml --out plain" + with_plugin).code == 0);
    const ProgramResult none = program.run("export plain --format gguf --checkpoint best" + with_plugin);
    CHECK(none.code == 1);
    CHECK(has(none.err, "plain has no checkpoints"));
}

TEST_CASE("an export that fails leaves nothing behind") {
    const Program program;
    program.write("g.yaml", graph);
    REQUIRE(program.run("run g.yaml --out made" + with_plugin).code == 0);
    const ProgramResult outcome = program.run("export made --format hf --dtype float16" + with_plugin);
    CHECK(outcome.code == 1);
    CHECK(has(outcome.err, "it was told to fail"));
    CHECK(fs::is_empty(program.folder() / "made/export"));
}

TEST_CASE("export says what it cannot find") {
    const Program program;
    program.write("g.yaml", graph);
    program.write("two.yaml",
                  "resources: {counter: {type: test.counter}, other: {type: test.counter}}\n"
                  "nodes:\n"
                  "  numbers: {type: test.numbers}\n"
                  "  train: {type: test.train, in: numbers, counter: counter}\n"
                  "  more: {type: test.train, in: numbers, counter: other}\n");
    REQUIRE(program.run("run g.yaml --out chain/one" + with_plugin).code == 0);
    REQUIRE(program.run("run two.yaml --out chain/two" + with_plugin).code == 0);
    REQUIRE(program.run("run g.yaml --out broken --set nodes.train.fail=true" + with_plugin).code == 1);
    fs::create_directory(program.folder() / "empty");
    const auto fails = [&](const std::string& arguments, int code, const std::string& told) {
        const ProgramResult outcome = program.run("export " + arguments + " --format hf" + with_plugin);
        CAPTURE(arguments);
        CAPTURE(outcome.err);
        CHECK(outcome.code == code);
        CHECK(has(outcome.err, told));
    };
    fails("nowhere", 1, "nowhere is no folder");
    fails("empty", 1, "empty holds no run (no graph.yaml)");
    fails("chain", 1, "chain holds several runs, name one of them: chain/");
    fails("chain/two", 2, "the run trained several resources: ");
    fails("chain/one --resource countre", 2, "there is no resource 'countre'; did you mean 'counter'?");
    fails("chain/one --resource counter.stort", 2, "there is no view 'stort'; did you mean 'start'?");
    fails("broken", 1, "broken/resources/counter is missing: the run did not come to save 'counter'");
    CHECK(program.run("export chain/one --format onnx" + with_plugin).code == 2);
    CHECK(program.run("export chain/two --format hf --resource other" + with_plugin).code == 0);
}

}  // namespace anabranch::framework
