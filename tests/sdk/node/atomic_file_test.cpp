#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <doctest/doctest.h>
#include <support/temporary_folder.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

using namespace anabranch;
using anabranch::tests::content_of;
using anabranch::tests::TemporaryFolder;

namespace fs = std::filesystem;

namespace {

auto entries(const TemporaryFolder& folder) {
    return std::distance(fs::directory_iterator(folder.path()), {});
}

}  // namespace

TEST_CASE("a file appears at commit, whole, and replaces the old one") {
    const TemporaryFolder folder;
    const fs::path target = folder.path() / "a.txt";
    for (const std::string text : {"first", "second"}) {
        const std::string before = content_of(target);
        AtomicFile file(target);
        file.write(text);
        file.write(std::string_view(" half"));
        CHECK(content_of(target) == before);
        file.commit();
        CHECK(content_of(target) == text + " half");
    }
    CHECK(entries(folder) == 1);
}

TEST_CASE("small and large writes come out in order") {
    const TemporaryFolder folder;
    std::string expected;
    AtomicFile file(folder.path() / "a.bin");
    for (const std::size_t size : {1, 70000, 3, 65536, 65535, 2, 200000, 0, 5}) {
        const std::string piece(size, static_cast<char>('a' + expected.size() % 26));
        file.write(piece);
        expected += piece;
    }
    file.commit();
    CHECK(content_of(folder.path() / "a.bin") == expected);
}

TEST_CASE("without a commit nothing is left, and the old file is untouched") {
    const TemporaryFolder folder;
    std::ofstream(folder.path() / "a.txt") << "old";
    {
        AtomicFile file(folder.path() / "a.txt");
        file.write(std::string(100000, 'x'));
    }
    CHECK(content_of(folder.path() / "a.txt") == "old");
    CHECK(entries(folder) == 1);
}

TEST_CASE("two writers of one file do not meet; the last commit counts") {
    const TemporaryFolder folder;
    AtomicFile one(folder.path() / "a.txt");
    AtomicFile two(folder.path() / "a.txt");
    one.write(std::string_view("one"));
    two.write(std::string_view("two"));
    two.commit();
    one.commit();
    CHECK(content_of(folder.path() / "a.txt") == "one");
    CHECK_THROWS_WITH_AS(one.commit(), doctest::Contains("committed twice"), Error);
}

TEST_CASE("what the system refuses is an error with the file's name") {
    const TemporaryFolder folder;
    CHECK_THROWS_WITH_AS(AtomicFile(folder.path() / "none/a.txt"), doctest::Contains("none/a.txt: cannot create"),
                         Error);
    CHECK_THROWS_WITH_AS(sync_directory(folder.path() / "none"), doctest::Contains("cannot sync the folder"), Error);

    // A limit on the size of files stands in for a full disk.
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    const rlimit tight{1000, old.rlim_max};
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    std::string message;
    {
        AtomicFile file(folder.path() / "a.txt");
        setrlimit(RLIMIT_FSIZE, &tight);
        try {
            file.write(std::string(500000, 'x'));
        } catch (const Error& error) {
            message = error.what();
        }
        setrlimit(RLIMIT_FSIZE, &old);
    }
    std::signal(SIGXFSZ, handler);
    CHECK(message.find("a.txt: cannot write") != std::string::npos);
    CHECK(entries(folder) == 0);
}
