#include <doctest/doctest.h>
#include <framework/state/checksums.h>
#include <framework/state/sha256.h>

#include <fstream>

#include "framework/engine/run_helper.h"

using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

std::string sha256(const std::string& text, std::size_t piece = 1000) {
    Sha256 hash;
    for (std::size_t i = 0; i < text.size(); i += piece)
        hash.add(std::as_bytes(std::span(text).subspan(i, std::min(piece, text.size() - i))));
    return hash.digest();
}

void write(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}

}  // namespace

TEST_CASE("SHA-256 of the examples of FIPS 180-4") {
    CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256(std::string(1000000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 is the same whatever pieces the bytes come in") {
    for (const std::size_t length : {55, 56, 63, 64, 65, 119, 120, 128, 300}) {
        std::string text;
        for (std::size_t i = 0; i < length; ++i) text += static_cast<char>(i * 7);
        CAPTURE(length);
        for (const std::size_t piece : {1, 3, 63, 64, 65}) CHECK(sha256(text, piece) == sha256(text));
    }
}

TEST_CASE("a folder's list tells what is missing, altered, torn or added") {
    const TemporaryFolder folder;
    const auto one = folder.path() / "policy/weights.bin";
    const auto two = folder.path() / "policy/config file.json";
    write(one, "weights");
    write(two, "{}");
    CHECK(problem_with(folder.path()) == folder.path().string() + " has no SHA256SUMS");
    write_checksums(folder.path());
    CHECK(problem_with(folder.path()).empty());
    CHECK(text_of_file(folder.path() / "SHA256SUMS") ==
          sha256("{}") + "  policy/config file.json\n" + sha256("weights") + "  policy/weights.bin\n");

    write(one, "weightz");
    CHECK(problem_with(folder.path()) == one.string() + " is not what was written: its checksum differs");
    write(one, "weights");
    std::filesystem::remove(two);
    CHECK(problem_with(folder.path()) == two.string() + " is missing");
    write(two, "{}");
    write(folder.path() / "policy/more", "");
    CHECK(problem_with(folder.path()) == (folder.path() / "policy/more").string() + " is not in SHA256SUMS");
    std::filesystem::remove(folder.path() / "policy/more");
    std::filesystem::resize_file(folder.path() / "SHA256SUMS", 100);
    CHECK(problem_with(folder.path()).find("holds a line that is torn: '") != std::string::npos);
}
