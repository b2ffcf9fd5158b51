#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "framework/graph/toy_graph.h"

// fixtures/CODE-what.yaml is a wrong graph, fixtures/CODE-what.expected all that is said about it. A first line
// `# --set path=value` is applied, `# --before parts/other.yaml` makes a chain of it. What fixtures include or follow
// lies in fixtures/parts. After a change of the wording, look at the new texts and write them by:
//     ANABRANCH_UPDATE_FIXTURES=1 build/bin/tests/test_framework -tc="*fixture*"

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(ANABRANCH_SOURCE_DIRECTORY) / "tests/framework/graph/fixtures";

std::string read(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

ChainOptions options_in(const std::string& text, const std::string& file) {
    constexpr std::string_view set = "# --set ";
    constexpr std::string_view before = "# --before ";
    std::istringstream lines(text);
    ChainOptions options;
    for (std::string line; std::getline(lines, line) && line.starts_with("# --");) {
        if (line.starts_with(set)) options.overrides.push_back(Override::parse(line.substr(set.size())));
        if (line.starts_with(before)) options.files.emplace_back(line.substr(before.size()));
    }
    options.files.emplace_back(file);
    options.out = "runs";
    return options;
}

/// Messages name files as the graph's author did: relative to the current folder.
class InFolder {
  public:
    InFolder() : before_(fs::current_path()) { fs::current_path(folder); }
    ~InFolder() { fs::current_path(before_); }
    InFolder(const InFolder&) = delete;
    InFolder& operator=(const InFolder&) = delete;

  private:
    fs::path before_;
};

std::set<std::string> fixture_names() {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const auto extension = entry.path().extension();
        if (extension == ".yaml" || extension == ".expected") names.insert(entry.path().stem().string());
    }
    return names;
}

}  // namespace

TEST_CASE("every fixture of a wrong graph is explained as expected") {
    const InFolder here;
    const Host host = toy_host();
    const bool update = std::getenv("ANABRANCH_UPDATE_FIXTURES") != nullptr;
    for (const auto& name : fixture_names()) {
        CAPTURE(name);
        const Chain chain = check_chain(host, options_in(read(name + ".yaml"), name + ".yaml"));
        const CheckResult& result = chain.stages.back().result;
        const std::string text = chain.text();
        if (update) std::ofstream(name + ".expected") << text;
        CHECK_MESSAGE(text == read(name + ".expected"),
                      "see the top of fixtures_test.cpp for how to write expected texts");
        const std::string code = name.substr(0, name.find('-'));
        CHECK_MESSAGE(text.find(" " + code + ": ") != std::string::npos, "the fixture does not show its code");
        CHECK(result.plan.has_value() == !result.diagnostics.has_errors());
    }
}

TEST_CASE("every diagnostic code has a fixture, a title and an explanation") {
    const auto names = fixture_names();
    std::set<std::string> seen;
    for (const CodeText& text : all_codes()) {
        const std::string code = name_of(text.code);
        CAPTURE(code);
        CHECK(seen.insert(code).second);
        CHECK_FALSE(text.title.empty());
        CHECK(text.explanation.size() > 20);
        const auto fixture = names.lower_bound(code + "-");
        REQUIRE(fixture != names.end());
        CHECK(fixture->starts_with(code + "-"));
    }
}

}  // namespace anabranch::framework
