#include <doctest/doctest.h>
#include <framework/state/resume_points.h>
#include <support/error_of.h>
#include <support/temporary_folder.h>

#include <fstream>
#include <set>
#include <stdexcept>

using namespace anabranch;
using namespace anabranch::framework;
using anabranch::tests::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

ResumePoint write(const ResumePoints& points, std::uint64_t step) {
    return points.write(step, [&](const fs::path& into) { std::ofstream(into / "step.txt") << step; });
}

}  // namespace

TEST_CASE("the last checkpoints are kept, and the newest one is found") {
    const TemporaryFolder folder;
    const ResumePoints points(folder.path() / "resume", 2);
    std::vector<std::string> problems;
    CHECK_FALSE(points.newest(problems));
    for (const std::uint64_t step : {0, 5, 999999, 1000000}) write(points, step);
    CHECK(points.newest(problems)->folder == folder.path() / "resume/step-1000000");
    CHECK(points.newest(problems)->step == 1000000);
    CHECK(problems.empty());
    CHECK_FALSE(fs::exists(folder.path() / "resume/step-000005"));
    CHECK(fs::exists(folder.path() / "resume/step-999999"));
}

TEST_CASE("a second checkpoint of one step is the newer one") {
    const TemporaryFolder folder;
    const ResumePoints points(folder.path(), 12);
    std::vector<std::string> problems;
    for (int i = 0; i < 11; ++i) write(points, 3);
    CHECK(points.newest(problems)->folder == folder.path() / "step-000003-11");
    CHECK(points.newest(problems)->step == 3);
    write(points, 4);
    CHECK(points.newest(problems)->folder == folder.path() / "step-000004");
}

TEST_CASE("what cannot be written whole is not there, and takes nothing with it") {
    const TemporaryFolder folder;
    const ResumePoints points(folder.path(), 1);
    write(points, 1);
    CHECK_THROWS(points.write(2, [](const fs::path& into) {
        std::ofstream(into / "half.txt") << "half";
        throw std::runtime_error("the disk is full");
    }));
    std::vector<std::string> problems;
    CHECK(points.newest(problems)->step == 1);
    CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("checkpoints that are not what was written are named from the newest on; later ones can be forgotten") {
    const TemporaryFolder folder;
    const ResumePoints points(folder.path(), 9);
    for (const std::uint64_t step : {1, 2, 3}) write(points, step);
    std::ofstream(folder.path() / "step-000003/step.txt") << "4";
    fs::remove(folder.path() / "step-000002/step.txt");
    fs::create_directory(folder.path() / ".step-000004.partial");
    fs::create_directory(folder.path() / "step-x");  // somebody's own
    std::vector<std::string> problems;
    const auto found = points.newest(problems);
    REQUIRE(found);
    CHECK(found->step == 1);
    REQUIRE(problems.size() == 2);
    CHECK(problems[0] ==
          cat(folder.path().string(), "/step-000003/step.txt is not what was written: its checksum differs"));
    CHECK(problems[1] == cat(folder.path().string(), "/step-000002/step.txt is missing"));
    points.forget_after(*found);
    std::set<std::string> left;
    for (const auto& entry : fs::directory_iterator(folder.path())) left.insert(entry.path().filename().string());
    CHECK(left == std::set<std::string>{"step-000001", "step-x"});
}
