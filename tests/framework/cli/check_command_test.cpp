#include <doctest/doctest.h>

#include "framework/cli/program.h"

namespace anabranch::framework {
namespace {

const std::string with_plugin = std::string(" --plugins ") + ANABRANCH_TEST_PLUGINS + "/good";

}  // namespace

TEST_CASE("check says that a graph is right") {
    const Program program;
    program.write("g.yaml", small_graph);
    const ProgramResult outcome = program.run("check g.yaml" + with_plugin);
    CHECK(outcome.code == 0);
    CHECK(outcome.out == "g.yaml: ok (2 nodes, 1 resource)\n");
    CHECK(outcome.err.empty());
}

TEST_CASE("check explains a wrong graph on standard error, plainly, and ends with 78") {
    const Program program;
    program.write("g.yaml", "nodes:\n  numbers: {type: test.number}\n");
    const ProgramResult outcome = program.run("check g.yaml" + with_plugin);
    CHECK(outcome.code == 78);
    CHECK(outcome.out.empty());
    CHECK(outcome.err ==
          "g.yaml:2:19: error A0120: there is no node type 'test.number'\n"
          " 2 |   numbers: {type: test.number}\n"
          "   |                   ^\n"
          "  help: did you mean 'test.numbers'?\n");
}

TEST_CASE("check tells editors in JSON") {
    const Program program;
    program.write("g.yaml", "nodes:\n  numbers: {type: test.number}\n");
    const ProgramResult outcome = program.run("check g.yaml --format json" + with_plugin);
    CHECK(outcome.code == 78);
    CHECK(outcome.err.empty());
    CHECK(outcome.out ==
          "{\"ok\": false, \"diagnostics\": [{\"file\": \"g.yaml\", \"line\": 2, \"column\": 19, \"severity\": "
          "\"error\", \"code\": \"A0120\", \"message\": \"there is no node type 'test.number'\", \"help\": \"did you "
          "mean 'test.numbers'?\", \"notes\": []}]}\n");
    program.write("g.yaml", small_graph);
    CHECK(program.run("check g.yaml --format json" + with_plugin).out == "{\"ok\": true, \"diagnostics\": []}\n");
    program.write("g.yaml", "nodes:\n  a: {type: test.numbers}\n  a: {}\n");
    CHECK(
        program.run("check g.yaml --format json" + with_plugin)
            .out.find("\"notes\": [{\"file\": \"g.yaml\", \"line\": 2, \"column\": 3, \"message\": \"first here\"}]") !=
        std::string::npos);
}

TEST_CASE("check applies --set, also several times and with blanks") {
    const Program program;
    program.write("g.yaml", small_graph);
    CHECK(program
              .run("check g.yaml --set nodes.sum.scale=3 --set 'nodes.numbers={type: test.numbers, packets: 1}'" +
                   with_plugin)
              .code == 0);
    const ProgramResult wrong = program.run("check g.yaml --set seed=1 --set nodes.sum.scale=0" + with_plugin);
    CHECK(wrong.code == 78);
    CHECK(
        wrong.err.starts_with("--set:2:17: error A0124: parameter 'scale' is 0, expected number, above 0\n"
                              " 2 | nodes.sum.scale=0\n   |                 ^\n"));
    const ProgramResult usage = program.run("check g.yaml --set nonsense" + with_plugin);
    CHECK(usage.code == 2);
    CHECK(usage.err.find("--set") != std::string::npos);
}

TEST_CASE("a warning does not make a graph wrong") {
    const Program program;
    program.write("g.yaml", std::string(small_graph) + "# more\n");
    const ProgramResult outcome = program.run(
        "check g.yaml --set 'resources={counter: {type: test.counter}, idle: {type: test.counter}}'" + with_plugin);
    CHECK(outcome.code == 0);
    CHECK(outcome.err.find("warning A0139") != std::string::npos);
}

TEST_CASE("a file that is not there, and a folder") {
    const Program program;
    const ProgramResult missing = program.run("check none.yaml" + with_plugin);
    CHECK(missing.code == 78);
    CHECK(missing.err == "none.yaml: error A0101: there is no such file\n");
    CHECK(program.run("check ." + with_plugin).code == 78);
}

TEST_CASE("graph writes the dot language") {
    const Program program;
    program.write("g.yaml", small_graph);
    const ProgramResult outcome = program.run("graph g.yaml" + with_plugin);
    CHECK(outcome.code == 0);
    CHECK(outcome.out.starts_with("digraph \"g\" {\n"));
    CHECK(outcome.out.find("\"node numbers\" -> \"node sum\" [label=\"number: i64[B]\"") != std::string::npos);
    CHECK(outcome.out.find("\"resource counter\" [label=\"counter\\ntest.counter\", shape=cylinder]") !=
          std::string::npos);
    CHECK(outcome.out.find("\"resource counter\" -> \"node sum\" [style=dotted, label=\"counter\"]") !=
          std::string::npos);
    CHECK(program.run("graph g.yaml --set nodes.sum.in=none" + with_plugin).code == 78);
}

}  // namespace anabranch::framework
