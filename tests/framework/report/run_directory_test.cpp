#include <anabranch/error.h>
#include <doctest/doctest.h>
#include <framework/report/run_directory.h>

#include <fstream>
#include <regex>

#include "framework/engine/run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

void put(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

}  // namespace

TEST_CASE("a run folder is made with its parents, or an empty one is taken, and holds the graph") {
    const TemporaryFolder folder;
    const RunDirectory made(folder.path() / "a/b", false, "name: x\n");
    CHECK(text_of_file(made.graph()) == "name: x\n");
    std::filesystem::create_directory(folder.path() / "empty");
    const RunDirectory taken(folder.path() / "empty", false, "name: y\n");
    CHECK(text_of_file(folder.path() / "empty/graph.yaml") == "name: y\n");
}

TEST_CASE("a run folder that holds something is refused, with what to do") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "run";
    put(path / "graph.yaml", "old");
    put(path / "metrics.jsonl", "old");
    put(path / "resources/policy/adapter", "old");
    put(path / "samples.jsonl", "mine");
    CHECK_THROWS_WITH_AS(RunDirectory(path, false, ""),
                         doctest::Contains("is not empty; pass another --out, or --overwrite to replace the run in it"),
                         Error);
    CHECK(text_of_file(path / "graph.yaml") == "old");

    const RunDirectory run(path, true, "new");
    CHECK(text_of_file(path / "graph.yaml") == "new");
    CHECK_FALSE(std::filesystem::exists(run.metrics()));
    CHECK_FALSE(std::filesystem::exists(run.resources()));
    CHECK(text_of_file(path / "samples.jsonl") == "mine");
}

TEST_CASE("--overwrite does not touch a folder that holds no run, nor a file") {
    const TemporaryFolder folder;
    put(folder.path() / "home/resources/thesis.txt", "years of work");
    CHECK_THROWS_WITH_AS(RunDirectory(folder.path() / "home", true, ""), doctest::Contains("holds no run"), Error);
    CHECK(text_of_file(folder.path() / "home/resources/thesis.txt") == "years of work");
    put(folder.path() / "file", "text");
    CHECK_THROWS_WITH_AS(RunDirectory(folder.path() / "file", true, ""), doctest::Contains("is a file"), Error);
    CHECK_THROWS_WITH_AS(RunDirectory(folder.path() / "file/run", true, ""), doctest::Contains("pass another --out"),
                         Error);
}

TEST_CASE("the standard run folder is named after the graph and the time") {
    CHECK(std::regex_match(RunDirectory::standard("ppo").string(), std::regex("runs/ppo-[0-9]{8}-[0-9]{6}")));
    CHECK(RunDirectory::standard("../a b/c").string().starts_with("runs/.._a_b_c-"));
    CHECK(RunDirectory::standard("").string().starts_with("runs/run-"));
}
