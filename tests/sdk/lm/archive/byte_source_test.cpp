#include "anabranch/lm/archive/byte_source.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "../data/temporary_file.h"
#include "anabranch/error.h"
#include "anabranch/lm/data/line_reader.h"

using anabranch::Error;
using namespace anabranch::lm;

namespace {

// dump.7z: `7zr a dump.7z Comments.xml Posts.xml`; folder.7z: `7zr a -m0=LZMA folder.7z f/Posts.xml Comments.xml`;
// lines.txt.gz: `printf 'one\ntwo\r\nthree' | gzip -n`.
const std::filesystem::path fixtures =
    std::filesystem::path(ANABRANCH_SOURCE_DIRECTORY) / "tests/sdk/lm/archive/fixtures";

std::string read_all(ByteSource& source, std::size_t chunk) {
    std::string all;
    std::string part(chunk, '\0');
    std::size_t count = 0;
    while ((count = source.read(part)) > 0) all.append(part, 0, count);
    return all;
}

std::string content(const std::filesystem::path& path, std::string_view member = {}, std::size_t chunk = 1000) {
    return read_all(*open_bytes(path, member), chunk);
}

std::string error_of(const std::filesystem::path& path, std::string_view member = {}) {
    try {
        (void)content(path, member);
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("byte_source: plain, gzip and a member of a .7z archive, by any chunk") {
    const TemporaryFile plain("plain\nbytes");
    for (const std::size_t chunk : {1U, 7U, 100'000U}) {
        CHECK(content(plain.path(), "", chunk) == "plain\nbytes");
        CHECK(content(fixtures / "lines.txt.gz", "", chunk) == "one\ntwo\r\nthree");
        const std::string posts = content(fixtures / "dump.7z", "Posts.xml", chunk);
        CHECK(posts.starts_with("\xEF\xBB\xBF<?xml"));
        CHECK(posts.ends_with("</posts>\r\n"));
        CHECK(content(fixtures / "folder.7z", "Posts.xml", chunk) == posts);
    }
    CHECK(content(fixtures / "dump.7z", "Comments.xml").find("<comments>") != std::string::npos);
    CHECK(content(fixtures / "dump.7z").find("<comments>") != std::string::npos);  // the first file
}

TEST_CASE("byte_source: goes to any byte, forwards and back") {
    for (const char* name : {"lines.txt.gz", "dump.7z"}) {
        const auto source = open_bytes(fixtures / name, name[0] == 'd' ? "Posts.xml" : "");
        const std::string whole = read_all(*source, 64);
        for (const std::size_t offset : {std::size_t{5}, std::size_t{0}, whole.size() - 1, whole.size()}) {
            source->seek(offset);
            CHECK(read_all(*source, 3) == whole.substr(offset));
        }
        CHECK_THROWS_AS(source->seek(whole.size() + 1), Error);
    }
}

TEST_CASE("byte_source: an empty file, packed and not") {
    const TemporaryFile nothing("");
    CHECK(content(nothing.path()).empty());
    const TemporaryFile packed(std::string_view("\x1F\x8B\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0", 20));
    CHECK(content(packed.path()).empty());
}

TEST_CASE("byte_source: lines of a gzip file, from any position") {
    LineReader lines(fixtures / "lines.txt.gz");
    std::string_view line;
    REQUIRE(lines.next(line));
    CHECK(line == "one");
    const LinePosition position = lines.position();
    REQUIRE(lines.next(line));
    CHECK(line == "two");
    REQUIRE(lines.next(line));
    CHECK(line == "three");
    CHECK_FALSE(lines.next(line));
    lines.restore(position);
    REQUIRE(lines.next(line));
    CHECK(line == "two");
}

TEST_CASE("byte_source: what cannot be read is explained") {
    const std::string archive = (fixtures / "dump.7z").string();
    CHECK(error_of(archive, "Votes.xml") == archive + ": the archive has no Votes.xml; it has Comments.xml, Posts.xml");
    CHECK(error_of("/nowhere/x") == "/nowhere/x: cannot be opened: No such file or directory");
    CHECK(error_of(fixtures).ends_with(": this is a folder; expected a file"));
    const TemporaryFile zip("PK\x03\x04 and so on");
    CHECK(error_of(zip.path()) == zip.name() + ": this is a zip archive; unpack it and name the file inside");
    const std::string gzip = bytes_of(fixtures / "lines.txt.gz");
    const std::string seven = bytes_of(archive);
    for (std::size_t cut = 12; cut < gzip.size(); cut += 3) {
        CHECK(error_of(TemporaryFile(gzip.substr(0, cut)).path()).find("truncated download") != std::string::npos);
    }
    for (std::size_t cut = 6; cut < seven.size(); cut += 17) {
        CHECK(error_of(TemporaryFile(seven.substr(0, cut)).path(), "Posts.xml").find("truncated download") !=
              std::string::npos);
    }
}
