#include <anabranch/error.h>
#include <doctest/doctest.h>
#include <framework/report/durable.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "framework/engine/run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace fs = std::filesystem;

TEST_CASE("a folder appears whole") {
    const TemporaryFolder folder;
    const auto target = folder.path() / "resources/policy";
    write_directory(target, [&](const fs::path& into) {
        CHECK(fs::is_empty(into));
        CHECK_FALSE(fs::exists(target));
        fs::create_directory(into / "heads");
        std::ofstream(into / "heads/value") << "1";
    });
    CHECK(text_of_file(target / "heads/value") == "1");
    CHECK(std::distance(fs::directory_iterator(target.parent_path()), {}) == 1);
}

TEST_CASE("a folder that cannot be filled does not appear, and leaves nothing behind") {
    const TemporaryFolder folder;
    const auto target = folder.path() / "resources/policy";
    fs::create_directories(target.parent_path() / ".policy.partial");  // of a run that was killed
    std::ofstream(target.parent_path() / ".policy.partial/old") << "1";
    const auto fill = [](const fs::path& into) {
        CHECK(fs::is_empty(into));
        std::ofstream(into / "half") << "1";
        throw Error("disk full");
    };
    CHECK_THROWS_WITH_AS(write_directory(target, fill), "disk full", Error);
    CHECK(fs::is_empty(target.parent_path()));
}

TEST_CASE("what killed processes had begun in a folder is removed, and nothing else") {
    const TemporaryFolder folder;
    fs::create_directories(folder.path() / ".step-000008.partial/deep");
    fs::create_directories(folder.path() / "other");
    for (const char* name : {".run.json.17-0.partial", "rows.jsonl.partial", ".hidden", "other/.theirs.partial"})
        std::ofstream(folder.path() / name) << "1";
    remove_partials(folder.path());
    remove_partials(folder.path() / "absent");
    std::vector<std::string> left;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
        left.push_back(entry.path().lexically_relative(folder.path()).string());
    std::ranges::sort(left);
    CHECK(left == std::vector<std::string>{".hidden", "other", "other/.theirs.partial", "rows.jsonl.partial"});
}
