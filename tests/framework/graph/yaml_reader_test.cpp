#include <doctest/doctest.h>
#include <framework/graph/yaml_reader.h>

namespace anabranch::framework {
namespace {

std::optional<Tree> read(std::string_view text, const YamlLimits& limits = {}) {
    Diagnostics diagnostics;
    auto tree = read_yaml(text, "t.yaml", diagnostics, limits);
    if (!diagnostics.items().empty()) return std::nullopt;
    return tree;
}

/// "A0103 2:1 the key ..." of the first problem.
std::string problem(std::string_view text, const YamlLimits& limits = {}) {
    Diagnostics diagnostics;
    static_cast<void>(read_yaml(text, "t.yaml", diagnostics, limits));
    if (diagnostics.items().empty()) return "none";
    const Diagnostic& first = diagnostics.items().front();
    return cat(name_of(first.code), " ", first.location.line, ":", first.location.column);
}

std::string place(const Location& location) {
    return cat(location.line, ":", location.column);
}

}  // namespace

TEST_CASE("scalars, lists and maps keep their places and whether they are quoted") {
    const auto tree = read("a: 1\nb: [x, \"y\", 'z', ]\nc:\n  d: ~\n  e:\n");
    REQUIRE(tree);
    CHECK(tree->kind == Tree::Kind::map);
    CHECK(tree->find("a")->value.text == "1");
    CHECK_FALSE(tree->find("a")->value.quoted);
    CHECK(place(tree->find("a")->location) == "1:1");
    CHECK(place(tree->find("a")->value.location) == "1:4");
    const Tree& list = tree->find("b")->value;
    REQUIRE(list.items.size() == 3);
    CHECK_FALSE(list.items[0].quoted);
    CHECK(list.items[1].quoted);
    CHECK(list.items[2].quoted);
    CHECK(place(list.items[1].location) == "2:8");
    CHECK(tree->find("c")->value.find("d")->value.kind == Tree::Kind::null);
    CHECK(tree->find("c")->value.find("e")->value.kind == Tree::Kind::null);
    CHECK(place(tree->find("c")->value.find("e")->location) == "5:3");
    CHECK(tree->find("nothing") == nullptr);
}

TEST_CASE("columns count characters, and a byte order mark counts nothing") {
    const auto tree = read("\xEF\xBB\xBF{gr\xC3\xBC\xC3\x9F: [\xE2\x82\xAC, x]}\r\n");
    REQUIRE(tree);
    CHECK(place(tree->entries.front().value.location) == "1:8");
    CHECK(place(tree->entries.front().value.items[1].location) == "1:12");
}

TEST_CASE("anchors, aliases and merge keys") {
    const auto tree = read(
        "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\n"
        "one: {<<: *base, b: 9}\ntwo: {<<: [*base, *more]}\nsame: *base\nquoted: {\"<<\": 1}\n");
    REQUIRE(tree);
    const Tree& one = tree->find("one")->value;
    CHECK(one.find("a")->value.text == "1");
    CHECK(one.find("b")->value.text == "9");
    const Tree& two = tree->find("two")->value;
    CHECK(two.find("b")->value.text == "2");
    CHECK(two.find("c")->value.text == "4");
    CHECK(tree->find("same")->value.find("b")->value.text == "2");
    CHECK(tree->find("quoted")->value.find("<<") != nullptr);
}

TEST_CASE("an empty file is nothing at its first place") {
    for (const char* text : {"", "# only a comment\n", "---\n"}) {
        CAPTURE(text);
        const auto tree = read(text);
        REQUIRE(tree);
        CHECK(tree->kind == Tree::Kind::null);
        CHECK(tree->location.line >= 1);
    }
}

TEST_CASE("what YAML allows and graphs do not is told with its place") {
    CHECK(problem("a: 1\nb: 2\na: 3\n") == "A0103 3:1");
    CHECK(problem("a: {b: 1, \"b\": 2}") == "A0103 1:11");
    CHECK(problem("a: 1\n---\nb: 1\n") == "A0105 2:1");
    CHECK(problem("a: [1, 2\n") == "A0102 2:1");
    CHECK(problem("a: !!int 1\n") == "A0102 1:4");
    CHECK(problem("a: !thing {}\n") == "A0102 1:4");
    CHECK(problem("? [a]\n: 1\n") == "A0102 1:3");
    CHECK(problem("~: 1\n") == "A0102 1:1");
    CHECK(problem("a: &x [*x]\n") == "A0102 1:8");
    CHECK(problem("a: *nowhere\n") == "A0102 1:4");
    CHECK(problem("a: {<<: 1}\n") == "A0102 1:9");
    CHECK(problem("a: \xFF\n") == "A0106 1:4");
    CHECK(problem(std::string("a: b\0c\n", 7)) == "A0102 1:5");
    CHECK(problem("a: b\x04"
                  "c: d\n") == "A0102 1:5");
    CHECK(problem("a:\n\t- b\n").starts_with("A0102 2:"));
}

TEST_CASE("limits of size, depth and number hold, also through aliases") {
    CHECK(problem("abcdef", {.bytes = 5}) == "A0104 0:0");
    CHECK(problem("[[[1]]]", {.depth = 3}) == "none");
    CHECK(problem("[[[[1]]]]", {.depth = 3}) == "A0104 1:4");
    CHECK(problem("a: &a [[1]]\nb: [*a]\n", {.depth = 3}) == "A0104 2:5");
    CHECK(problem("[1, 2, 3]", {.nodes = 4}) == "none");
    CHECK(problem("[1, 2, 3, 4]", {.nodes = 4}) == "A0104 1:11");
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        bomb += cat("a", i, ": &a", i, " [");
        for (int j = 0; j < 10; ++j) bomb += cat(j == 0 ? "" : ", ", "*a", i - 1);
        bomb += "]\n";
    }
    CHECK(problem(bomb).starts_with("A0104 "));
    CHECK(problem(std::string(100'000, '[')).starts_with("A0104 "));
    CHECK(problem(std::string(100'000, '{')).starts_with("A0104 "));
}

TEST_CASE("several duplicate keys are all told") {
    Diagnostics diagnostics;
    const auto tree = read_yaml("a: 1\na: 2\na: 3\nb: {c: 1, c: 2}\n", "t.yaml", diagnostics);
    CHECK(diagnostics.items().size() == 3);
    REQUIRE(tree);
    CHECK(tree->find("a")->value.text == "1");
}

}  // namespace anabranch::framework
