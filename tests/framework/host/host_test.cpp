#include <anabranch/error.h>
#include <doctest/doctest.h>
#include <framework/host/host.h>

#include <algorithm>
#include <cstdlib>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

Plugin plugin(std::string name, std::vector<Spec> specs) {
    Plugin made;
    made.name = std::move(name);
    for (auto& spec : specs) made.registry.nodes.push_back({std::move(spec), {}});
    return made;
}

std::string problem(std::vector<Plugin> plugins) {
    try {
        static_cast<void>(Host(std::move(plugins)));
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

std::string problem(Spec spec) {
    return problem({plugin("p", {std::move(spec)})});
}

}  // namespace

TEST_CASE("types are found by name, with their plugin") {
    std::vector<Plugin> plugins;
    plugins.push_back(plugin("first", {Spec("b.two", ""), Spec("a.one", "")}));
    plugins.push_back(plugin("second", {Spec("c.three", "")}));
    const Host host(std::move(plugins));
    CHECK(host.node_names() == std::vector<std::string>{"a.one", "b.two", "c.three"});
    CHECK(host.find_node("c.three").plugin->name == "second");
    CHECK_FALSE(host.find_node("c.four"));
    CHECK(host.worker_hooks().empty());
}

TEST_CASE("one name twice is an error, in one plugin or two") {
    CHECK(problem({plugin("p", {Spec("a.a", "")}), plugin("q", {Spec("a.a", "")})}).find("'p' and plugin 'q'") !=
          std::string::npos);
    CHECK_FALSE(problem({plugin("p", {Spec("a.a", ""), Spec("a.a", "")})}).empty());
}

TEST_CASE("declarations that contradict themselves are errors") {
    CHECK(problem(Spec("a.a", "").parameter("x", 1, "")).empty());
    CHECK_FALSE(problem(Spec("", "")).empty());
    CHECK_FALSE(problem(Spec("a b", "")).empty());
    CHECK_FALSE(problem(Spec("a.a", "").parameter("x", 1, "").parameter("x", 2, "")).empty());
    CHECK_FALSE(problem(Spec("a.a", "").parameter("in", 1, "")).empty());
    CHECK_FALSE(problem(Spec("a.a", "").parameter("type", 1, "")).empty());
    CHECK_FALSE(problem(Spec("a.a", "").parameter("x y", 1, "")).empty());
    CHECK_FALSE(problem(Spec("a.a", "").parameter("x", 1, "").reads("x", "model", "")).empty());
    CHECK_FALSE(problem(Spec("a.a", "").parameter("x", 9, "", at_least(10))).empty());
    CHECK_FALSE(problem(Spec("a.a", "").parameter("x", "c", "", one_of({"a", "b"}))).empty());
    CHECK_FALSE(problem(Spec("a.a", "").input("a.b", "")).empty());
}

TEST_CASE("plugins are looked for where people say, then in the environment, then beside the program") {
    const fs::path tests = fs::path(ANABRANCH_TEST_PLUGINS);
    REQUIRE(setenv("ANABRANCH_PLUGIN_PATH", ((tests / "good").string() + "::/no/such/folder:" + tests.string()).c_str(),
                   1) == 0);
    const auto folders = plugin_folders({"given"});
    REQUIRE(unsetenv("ANABRANCH_PLUGIN_PATH") == 0);
    REQUIRE(folders.size() >= 3);
    CHECK(folders[0] == "given");
    CHECK(folders[1] == tests / "good");
    CHECK(folders[2] == tests);
    CHECK(std::ranges::find(folders, fs::path("/no/such/folder")) == folders.end());
}

}  // namespace anabranch::framework
