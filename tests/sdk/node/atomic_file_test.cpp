#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;

/// A folder of its own that is removed at the end.
struct Folder {
    fs::path path;
    Folder() {
        std::string name = (fs::temp_directory_path() / "anabranch-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    [[nodiscard]] std::ptrdiff_t entries() const {
        return std::distance(fs::directory_iterator(path), fs::directory_iterator());
    }
};

std::string content(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// A limit on the size of files, which makes writes fail as a full disk does.
struct FullDisk {
    rlimit before{};
    explicit FullDisk(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before);
        rlimit limit = before;
        limit.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, SIG_DFL);
    }
};

}  // namespace

TEST_CASE("atomic file: appears at the commit, whole, and replaces what stood there") {
    const Folder folder;
    const fs::path target = folder.path / "out.bin";
    const std::string large(200'000, 'x');
    for (const std::string& last : {std::string("first"), std::string("second")}) {
        const std::string before = content(target);
        anabranch::AtomicFile file(target);
        file.write("a");
        file.write(large);
        file.write(last);
        CHECK(content(target) == before);
        file.commit();
        CHECK(content(target) == "a" + large + last);
        CHECK(folder.entries() == 1);
        CHECK_THROWS_AS(file.commit(), anabranch::Error);
    }
}

TEST_CASE("atomic file: without a commit nothing is left and nothing is changed") {
    const Folder folder;
    const fs::path target = folder.path / "out.bin";
    std::ofstream(target) << "kept";
    {
        anabranch::AtomicFile one(target);
        anabranch::AtomicFile other(target);
        one.write("lost");
        other.write("lost too");
        CHECK(folder.entries() == 3);
    }
    CHECK(folder.entries() == 1);
    CHECK(content(target) == "kept");
}

TEST_CASE("atomic file: a full disk leaves nothing behind") {
    const Folder folder;
    const fs::path target = folder.path / "out.bin";
    std::ofstream(target) << "kept";
    std::string message;
    {
        const FullDisk disk(100'000);
        try {
            anabranch::AtomicFile file(target);
            file.write(std::string(150'000, 'x'));
            file.commit();
        } catch (const anabranch::Error& error) {
            message = error.what();
        }
    }
    CHECK(message.find(target.string() + ": cannot write") == 0);
    CHECK(folder.entries() == 1);
    CHECK(content(target) == "kept");
}

TEST_CASE("atomic file: a folder that is not there is named") {
    CHECK_THROWS_WITH_AS(anabranch::AtomicFile("no/such/folder/out.bin"),
                         doctest::Contains("no/such/folder/out.bin: cannot create"), anabranch::Error);
}

TEST_CASE("atomic file: a folder in its place is an error and the temporary goes") {
    const Folder folder;
    fs::create_directory(folder.path / "out");
    {
        anabranch::AtomicFile file(folder.path / "out");
        CHECK_THROWS_WITH_AS(file.commit(), doctest::Contains("cannot rename"), anabranch::Error);
    }
    CHECK(folder.entries() == 1);
}
