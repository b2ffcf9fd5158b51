#include <doctest/doctest.h>
#include <framework/state/fingerprint.h>
#include <support/temporary_folder.h>

#include <chrono>
#include <fstream>

using namespace anabranch;
using namespace anabranch::framework;
using anabranch::tests::TemporaryFolder;

TEST_CASE("a fingerprint is that of contents, not of names or times") {
    const TemporaryFolder folder;
    // sha256 of "2\0ab\0" would be one of text alone; the size stands before the contents.
    const std::string one = fingerprint(folder.write("one", "ab"));
    CHECK(one.starts_with("2 bytes, sha256 "));
    CHECK(one.size() == std::string("2 bytes, sha256 ").size() + 16);
    CHECK(fingerprint(folder.write("two", "ab")) == one);
    CHECK(fingerprint(folder.write("three", "ac")) != one);
    std::filesystem::last_write_time(folder.path() / "one", std::filesystem::file_time_type{});
    CHECK(fingerprint(folder / "one") == one);
    CHECK(fingerprint(folder.write("empty")).starts_with("0 bytes, sha256 "));
    CHECK(fingerprint(folder / "nothing") == "missing");
}

TEST_CASE("of a large file, samples count, its first and its last byte among them") {
    const TemporaryFolder folder;
    const std::string path = folder / "large";
    constexpr std::size_t size = (std::size_t{40} << 20U) + 12345;
    std::ofstream(path, std::ios::binary) << std::string(size, 'x');
    const std::string before = fingerprint(path);
    const auto changed = [&](std::size_t at) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(at));
        file.put('y');
        file.close();
        const std::string after = fingerprint(path);
        std::fstream back(path, std::ios::in | std::ios::out | std::ios::binary);
        back.seekp(static_cast<std::streamoff>(at));
        back.put('x');
        return after != before;
    };
    CHECK(changed(0));
    CHECK(changed(size - 1));
    CHECK(fingerprint(path) == before);
    std::filesystem::resize_file(path, size - 1);
    CHECK(fingerprint(path) != before);
}

TEST_CASE("of a folder, the names and contents of all files below it count") {
    const TemporaryFolder folder;
    static_cast<void>(folder.write("data/a/one", "1"));
    static_cast<void>(folder.write("data/two", "2"));
    const std::string before = fingerprint(folder / "data");
    CHECK(before.starts_with("2 bytes"));
    std::filesystem::rename(folder / "data/two", folder / "data/three");
    CHECK(fingerprint(folder / "data") != before);
    std::filesystem::rename(folder / "data/three", folder / "data/two");
    CHECK(fingerprint(folder / "data") == before);
    static_cast<void>(folder.write("data/a/one", "3"));
    CHECK(fingerprint(folder / "data") != before);
}
