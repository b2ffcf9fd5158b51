#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <doctest/doctest.h>
#include <stdlib.h>  // NOLINT: mkdtemp is POSIX
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <sstream>

using namespace anabranch;

namespace fs = std::filesystem;

namespace {

class Folder {
  public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "anabranch-file-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] auto entries() const { return std::distance(fs::directory_iterator(path), {}); }

    fs::path path;
};

std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("a file appears at commit, whole, and replaces the old one") {
    const Folder folder;
    const fs::path target = folder.path / "a.txt";
    for (const std::string text : {"first", "second"}) {
        const std::string before = text_of(target);
        AtomicFile file(target);
        file.write(text);
        file.write(std::string_view(" half"));
        CHECK(text_of(target) == before);
        file.commit();
        CHECK(text_of(target) == text + " half");
    }
    CHECK(folder.entries() == 1);
}

TEST_CASE("small and large writes come out in order") {
    const Folder folder;
    std::string expected;
    AtomicFile file(folder.path / "a.bin");
    for (const std::size_t size : {1, 70000, 3, 65536, 65535, 2, 200000, 0, 5}) {
        const std::string piece(size, static_cast<char>('a' + expected.size() % 26));
        file.write(piece);
        expected += piece;
    }
    file.commit();
    CHECK(text_of(folder.path / "a.bin") == expected);
}

TEST_CASE("without a commit nothing is left, and the old file is untouched") {
    const Folder folder;
    std::ofstream(folder.path / "a.txt") << "old";
    {
        AtomicFile file(folder.path / "a.txt");
        file.write(std::string(100000, 'x'));
    }
    CHECK(text_of(folder.path / "a.txt") == "old");
    CHECK(folder.entries() == 1);
}

TEST_CASE("two writers of one file do not meet; the last commit counts") {
    const Folder folder;
    AtomicFile one(folder.path / "a.txt");
    AtomicFile two(folder.path / "a.txt");
    one.write(std::string_view("one"));
    two.write(std::string_view("two"));
    two.commit();
    one.commit();
    CHECK(text_of(folder.path / "a.txt") == "one");
    CHECK_THROWS_WITH_AS(one.commit(), doctest::Contains("committed twice"), Error);
}

TEST_CASE("what the system refuses is an error with the file's name") {
    const Folder folder;
    CHECK_THROWS_WITH_AS(AtomicFile(folder.path / "none/a.txt"), doctest::Contains("none/a.txt: cannot create"), Error);
    CHECK_THROWS_WITH_AS(sync_directory(folder.path / "none"), doctest::Contains("cannot sync the folder"), Error);

    // A limit on the size of files stands in for a full disk.
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    const rlimit tight{1000, old.rlim_max};
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    std::string message;
    {
        AtomicFile file(folder.path / "a.txt");
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
    CHECK(folder.entries() == 0);
}
