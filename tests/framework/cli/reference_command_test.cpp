#include <doctest/doctest.h>
#include <framework/reference/reference.h>

#include <filesystem>

#include "framework/cli/program.h"

namespace anabranch::framework {
namespace {

const std::string with_plugin = std::string(" --plugins ") + ANABRANCH_TEST_PLUGINS + "/good";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("graph draws in three formats") {
    const Program program;
    program.write("g.yaml", small_graph);
    CHECK(program.run("graph g.yaml --format mermaid" + with_plugin).out.starts_with("flowchart TD\n"));
    CHECK(program.run("graph g.yaml --format svg" + with_plugin).out.starts_with("<svg "));
    CHECK(program.run("graph g.yaml --format dot" + with_plugin).out == program.run("graph g.yaml" + with_plugin).out);
    CHECK(program.run("graph g.yaml --format png" + with_plugin).code == 2);
}

TEST_CASE("docs writes a page for each plugin, and what schema prints") {
    const Program program;
    const ProgramResult outcome = program.run("docs pages" + with_plugin);
    CHECK(outcome.code == 0);
    // The program's own plugins have their pages too, where they were built.
    CHECK(outcome.out.starts_with("pages/errors.md\npages/graph.schema.json\npages/nodes/"));
    CHECK(has(outcome.out, "\npages/nodes/good.md\n"));
    CHECK(program.read("pages/errors.md") == error_page());
    CHECK(has(program.read("pages/nodes/good.md"), "\n## test.sum\n\nAdds up what it gets. (node)\n"));
    const std::string schema = program.run("schema" + with_plugin).out;
    CHECK(program.read("pages/graph.schema.json") == schema);
    CHECK(has(schema, "\"const\": \"test.train\""));
    CHECK(program.run("docs /proc/none" + with_plugin).code == 1);
}

}  // namespace anabranch::framework
