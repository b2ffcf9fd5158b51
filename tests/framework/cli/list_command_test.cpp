#include <doctest/doctest.h>

#include "framework/cli/program.h"

namespace anabranch::framework {
namespace {

const std::string plugins = ANABRANCH_TEST_PLUGINS;
const std::string with_plugin = " --plugins " + plugins + "/good";

}  // namespace

TEST_CASE("list shows every type under its plugin, aligned") {
    const Program program;
    const ProgramResult outcome = program.run("list" + with_plugin);
    CHECK(outcome.code == 0);
    CHECK(outcome.err.empty());
    CHECK(outcome.out.starts_with("good\n"));
    for (const char* line : {"  node      test.numbers ", "  node      test.sum ", "  resource  test.counter "}) {
        CHECK(outcome.out.find(line) != std::string::npos);
    }
    CHECK(outcome.out.find('\033') == std::string::npos);
}

TEST_CASE("plugins are also found by the environment") {
    const Program program;
    const ProgramResult outcome = program.run("inspect test.sum", "ANABRANCH_PLUGIN_PATH=" + plugins + "/good");
    CHECK(outcome.code == 0);
    CHECK(outcome.out.find("test.sum - node of plugin good\n") != std::string::npos);
}

TEST_CASE("inspect shows ports, parameters, resources and the example") {
    const Program program;
    const ProgramResult sum = program.run("inspect test.sum" + with_plugin);
    CHECK(sum.code == 0);
    CHECK(sum.out ==
          "test.sum - node of plugin good\n"
          "Adds up what it gets.\n"
          "\nInputs\n  in  number: i64[B]\n"
          "\nResources\n  counter  reads a counter  what it asks\n"
          "\nParameters, with their defaults\n  scale  (required)  what the sum is multiplied by (number, above 0)\n");
    const ProgramResult numbers = program.run("inspect test.numbers" + with_plugin);
    CHECK(numbers.out.find("A source: it takes no input.\n") != std::string::npos);
    CHECK(numbers.out.find("packets  3  how many packets (integer, at least 0)\n") != std::string::npos);
    CHECK(numbers.out.find("Example\n  numbers: {type: test.numbers, packets: 5}\n") != std::string::npos);
    const ProgramResult counter = program.run("inspect test.counter" + with_plugin);
    CHECK(counter.out.find("Offers\n  itself  counter\n  .start  counter\n") != std::string::npos);
}

TEST_CASE("inspect of an unknown type suggests one") {
    const Program program;
    const ProgramResult outcome = program.run("inspect test.summ" + with_plugin);
    CHECK(outcome.code == 2);
    CHECK(outcome.err == "anabranch: error: there is no node or resource type 'test.summ'; did you mean 'test.sum'?\n");
}

TEST_CASE("a wrong plugin is an error of every command that loads plugins") {
    const Program program;
    program.write("g.yaml", small_graph);
    for (const char* command : {"list", "inspect test.sum", "check g.yaml", "graph g.yaml", "run g.yaml"}) {
        CAPTURE(command);
        const ProgramResult outcome = program.run(std::string(command) + " --plugins " + plugins + "/other_compiler");
        CHECK(outcome.code == 1);
        CHECK(outcome.err.starts_with("anabranch: error: plugin "));
        CHECK(outcome.err.find("9.9.9") != std::string::npos);
    }
    CHECK(program.run("list --plugins /no/such/folder").code == 1);
}

}  // namespace anabranch::framework
