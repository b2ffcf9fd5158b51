#include <doctest/doctest.h>

#include <filesystem>

#include "framework/cli/program.h"

namespace anabranch::framework {
namespace {

const std::string with_plugin = std::string(" --plugins ") + ANABRANCH_TEST_PLUGINS + "/good";

}  // namespace

TEST_CASE("run runs a graph and keeps its resolved form") {
    const Program program;
    program.write("g.yaml", small_graph);
    for (const char* engine : {"flow", "serial"}) {
        CAPTURE(engine);
        const ProgramResult outcome = program.run(std::string("run g.yaml --out ") + engine + " --engine " + engine +
                                                  " --seed 7 --workers 2 --threads 1" + with_plugin);
        CAPTURE(outcome.err);
        CHECK(outcome.code == 0);
        CHECK(std::filesystem::exists(program.folder() / engine / "metrics.jsonl"));
    }
    CHECK(program.read("flow/graph.yaml").find("seed: 7\n") != std::string::npos);
    CHECK(program.run("check flow/graph.yaml" + with_plugin).code == 0);
}

TEST_CASE("run explains a wrong graph, makes nothing, and ends with 78") {
    const Program program;
    program.write("g.yaml", small_graph);
    const ProgramResult outcome = program.run("run g.yaml --out made --set nodes.sum.scale=no" + with_plugin);
    CHECK(outcome.code == 78);
    CHECK(outcome.err.find("error A0124") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(program.folder() / "made"));
}

}  // namespace anabranch::framework
