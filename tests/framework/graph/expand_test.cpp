#include <doctest/doctest.h>
#include <framework/graph/expand.h>
#include <framework/graph/variables.h>
#include <framework/graph/yaml_reader.h>

#include <filesystem>
#include <fstream>

#include "framework/graph/toy_graph.h"
#include "support/temporary_folder.h"

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

/// The value at `key` of a file with the variables below.
Tree value_of(const std::string& yaml, Diagnostics& diagnostics) {
    const std::string text =
        "variables: {number: 3, text: \"4\", list: [1, 2], word: rows, path: \"${word}.txt\"}\nnodes: " + yaml + "\n";
    auto tree = read_yaml(text, "g.yaml", diagnostics);
    REQUIRE(tree);
    REQUIRE(expand(*tree, {"g.yaml", "/graphs"}, diagnostics));
    CHECK(tree->find("variables") == nullptr);
    return tree->find("nodes")->value;
}

std::string text_of_value(const std::string& yaml) {
    Diagnostics diagnostics;
    const Tree value = value_of(yaml, diagnostics);
    CHECK_FALSE(diagnostics.has_errors());
    return (value.quoted ? "text " : "") + value.text;
}

class Folder {
  public:
    void write(const std::string& name, const std::string& text) const { folder_.write(name, text); }
    [[nodiscard]] CheckResult check(const std::string& name, const std::vector<Override>& overrides = {}) const {
        return check_graph(host_, folder_.path() / name, overrides);
    }
    [[nodiscard]] const fs::path& path() const { return folder_.path(); }

  private:
    tests::TemporaryFolder folder_;
    Host host_ = toy_host();
};

const PlanNode& node(const Plan& plan, const std::string& name) {
    const auto found = std::ranges::find(plan.nodes, name, &PlanNode::name);
    REQUIRE(found != plan.nodes.end());
    return *found;
}

}  // namespace

TEST_CASE("a variable as a whole value keeps its kind") {
    CHECK(text_of_value("$number") == "3");
    CHECK(text_of_value("${number}") == "3");
    CHECK(text_of_value("'$text'") == "text 4");
    Diagnostics diagnostics;
    CHECK(value_of("$list", diagnostics).items.size() == 2);
    CHECK(value_of("[$number, {a: $list}]", diagnostics).items[1].entries[0].value.items.size() == 2);
}

TEST_CASE("a variable within a text makes a text") {
    CHECK(text_of_value("a${number}b${word}") == "text a3brows");
    CHECK(text_of_value("${number}0") == "text 30");
    CHECK(text_of_value("$path") == "text rows.txt");
}

TEST_CASE("dollar signs that name no variable stay") {
    CHECK(text_of_value("$5") == "$5");
    CHECK(text_of_value("'cost: $'") == "text cost: $");
    CHECK(text_of_value("'x$word'") == "text x$word");
    CHECK(text_of_value("$$word") == "$word");
    CHECK(text_of_value("$$$word") == "$$word");
    CHECK(text_of_value("'$${word}'") == "text ${word}");
    CHECK(text_of_value("'$$x$$'") == "text $$x$$");
}

TEST_CASE("an escaped text reads back as itself") {
    for (const std::string text : {"$word", "$$word", "${word}", "a${b", "$${word}", "$5", "plain", "$", "$$"}) {
        CAPTURE(text);
        Diagnostics diagnostics;
        Growth growth(diagnostics);
        Variables variables(diagnostics, growth);
        Tree tree{.kind = Tree::Kind::scalar, .text = escape_variables(text)};
        variables.substitute(tree, 0);
        CHECK(tree.text == text);
        CHECK(diagnostics.items().empty());
    }
}

TEST_CASE("--set gives a variable its value, from its own folder") {
    const Folder folder;
    folder.write("g.yaml",
                 "variables: {file: rows.txt, rows: }\nnodes:\n  a: {type: toy.source, path: $file, rows: $rows}\n"
                 "  b: {type: toy.sink, in: a, path: \"${file}.out\"}\n");
    const CheckResult result = folder.check("g.yaml", {{"variables.rows", "7"}});
    REQUIRE_MESSAGE(result.plan, result.diagnostics.text());
    CHECK(node(*result.plan, "a").parameters.get<int>("rows") == 7);
    CHECK(node(*result.plan, "a").parameters.get<std::string>("path") == (folder.path() / "rows.txt").string());
    const CheckResult other = folder.check("g.yaml", {{"variables.rows", "7"}, {"variables.file", "x/y.txt"}});
    REQUIRE(other.plan);
    const std::string here = (fs::current_path() / "x/y.txt").string();
    CHECK(node(*other.plan, "a").parameters.get<std::string>("path") == here);
    CHECK(node(*other.plan, "b").parameters.get<std::string>("path") == here + ".out");
    CHECK(codes(folder.check("g.yaml", {{"variables.rows", "7"}, {"variables.flie", "x"}})) == "A0111");
}

TEST_CASE("an include brings nodes and resources under its prefix, with paths of its own folder") {
    const Folder folder;
    folder.write("parts/read.yaml",
                 "variables: {name: , rows: 2}\nresources: {m: {type: toy.model, checkpoint: m.bin}}\nnodes:\n"
                 "  rows: {type: toy.source, path: \"${name}.txt\", rows: $rows}\n"
                 "  more: {type: toy.source, path: more.txt}\n  tokens: {type: toy.prompt, in: rows}\n"
                 "  answers: {type: toy.generate, in: tokens, policy: m.base}\ndiscard: [more]\n");
    folder.write("parts/twice.yaml",
                 "variables: {name: }\ninclude: {deep: {file: read.yaml, name: $name, rows: 5}}\n"
                 "nodes: {copy: {type: toy.split, in: deep-answers}}\n");
    folder.write(
        "g.yaml",
        "include:\n  one: {file: parts/read.yaml, name: first}\n  two: {file: parts/twice.yaml, name: second}\n"
        "nodes:\n  a: {type: toy.sink, in: one-answers}\n  b: {type: toy.sink, in: two-copy.left}\n"
        "  c: {type: toy.sink, in: two-copy.right}\n");
    const CheckResult result = folder.check("g.yaml", {{"include.one.rows", "3"}});
    REQUIRE_MESSAGE(result.plan, result.diagnostics.text());
    CHECK(result.diagnostics.items().empty());
    const Plan& plan = *result.plan;
    CHECK(plan.resources[0].name == "one-m");
    CHECK(plan.resources[1].name == "two-deep-m");
    CHECK(plan.resources[1].parameters.get<std::string>("checkpoint") == (folder.path() / "parts/m.bin").string());
    const PlanNode& first = node(plan, "one-rows");
    CHECK(first.parameters.get<std::string>("path") == (folder.path() / "first.txt").string());
    CHECK(first.parameters.get<int>("rows") == 3);
    const PlanNode& second = node(plan, "two-deep-rows");
    CHECK(second.parameters.get<std::string>("path") == (folder.path() / "second.txt").string());
    CHECK(second.parameters.get<int>("rows") == 5);
    CHECK(node(plan, "two-deep-more").parameters.get<std::string>("path") ==
          (folder.path() / "parts/more.txt").string());
    const CheckResult again = check_toy(toy_host(), plan.resolved);
    REQUIRE_MESSAGE(again.plan, again.diagnostics.text());
    CHECK(again.plan->resolved == plan.resolved);
}

TEST_CASE("limits hold for what variables and includes make") {
    const Folder folder;
    std::string bomb = "variables:\n  v0: [1, 2, 3, 4, 5, 6, 7, 8]\n";
    for (int i = 1; i < 9; ++i) {
        const std::string before = cat("$v", i - 1);
        bomb += cat("  v", i, ": [", before, ", ", before, ", ", before, ", ", before, "]\n");
    }
    folder.write("values.yaml", bomb + "nodes: {a: {type: toy.source, path: x, rows: $v8}}\n");
    CHECK(codes(folder.check("values.yaml")) == "A0104");

    std::string texts = "variables:\n  v0: 0123456789\n";
    for (int i = 1; i < 40; ++i) texts += cat("  v", i, ": \"${v", i - 1, "}${v", i - 1, "}\"\n");
    folder.write("texts.yaml", texts + "nodes: {a: {type: toy.source, path: $v39}}\n");
    CHECK(codes(folder.check("texts.yaml")) == "A0104");

    std::string deep = "variables:\n  v0: []\n";
    for (int i = 1; i < 40; ++i) deep += cat("  v", i, ": [$v", i - 1, "]\n");
    folder.write("deep.yaml", deep + "nodes: {a: {type: toy.source, path: $v39}}\n");
    CHECK(codes(folder.check("deep.yaml")) == "A0104");

    for (int i = 0; i < 20; ++i) {
        folder.write(cat("wide", i, ".yaml"), cat("include: {a: {file: wide", i + 1, ".yaml}}\n"));
        folder.write(cat("bush", i, ".yaml"), cat("include:\n  a: &x {file: bush", i + 1, ".yaml}\n",
                                                  "  b: *x\n  c: *x\n  d: *x\n  e: *x\n  f: *x\n"));
    }
    CHECK(codes(folder.check("wide0.yaml")) == "A0104");
    CHECK(codes(folder.check("bush13.yaml")).starts_with("A0104"));
}

}  // namespace anabranch::framework
