#include "anabranch/lm/checkpoint/gguf_write.h"

#include <doctest/doctest.h>
#include <support/temporary_folder.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "anabranch/error.h"
#include "anabranch/lm/checkpoint/gguf.h"

using namespace anabranch::lm;
using anabranch::Error;
using anabranch::tests::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

const GgmlType f32 = *find_ggml_type("F32");
const GgmlType f16 = *find_ggml_type("F16");
const std::array<float, 6> numbers = {1.0F, -2.5F, 3e-30F, 4.0F, 5.0F, 6.0F};
const std::array<std::uint16_t, 3> halves = {0x3C00, 0xBC00, 0x0001};

std::span<const std::byte> content(std::size_t tensor) {
    if (tensor == 0) return std::as_bytes(std::span(numbers));
    return std::as_bytes(std::span(halves));
}

const std::vector<GgufEntry> tensors = {{"matrix", {2, 3}, f32}, {"halves", {3}, f16}};

std::string write_error(const GgufMetadata& metadata, const std::vector<GgufEntry>& bad) {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "out.gguf";
    std::string message = "no error";
    try {
        write_gguf(path, metadata, bad, content);
    } catch (const Error& error) {
        message = error.what();
    }
    CHECK(fs::is_empty(folder.path()) == (message != "no error"));
    return message;
}

bool tells(const std::string& message, const std::string& part) {
    return message.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("gguf: what is written is read back") {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "out.gguf";
    const GgufMetadata metadata = {
        {"general.architecture", std::string("llama")},
        {"llama.block_count", std::uint32_t{2}},
        {"llama.rope.freq_base", 1e6F},
        {"flag", true},
        {"tokens", std::vector<std::string>{"a", "", "\u00e9"}},
        {"types", std::vector<std::int32_t>{-1, 3}},
        {"scores", std::vector<float>{0.5F, -1.0F}},
    };
    write_gguf(path, metadata, tensors, content);
    const GgufFile file(path);
    CHECK(file.version() == 3);
    CHECK(file.metadata().size() == metadata.size());
    CHECK(file.get<std::string>("general.architecture") == "llama");
    CHECK(file.get<std::uint64_t>("llama.block_count") == 2);
    CHECK(file.get<float>("llama.rope.freq_base") == 1e6F);
    CHECK(file.get<bool>("flag"));
    CHECK(file.get<std::vector<std::string>>("tokens") == std::vector<std::string>{"a", "", "\u00e9"});
    CHECK(file.get<std::vector<std::int64_t>>("types") == std::vector<std::int64_t>{-1, 3});
    CHECK(file.get<std::vector<float>>("scores") == std::vector<float>{0.5F, -1.0F});
    const GgufTensor& matrix = file.tensor("matrix");
    CHECK(matrix.shape == std::vector<std::int64_t>{2, 3});
    CHECK(matrix.type == f32);
    CHECK(std::memcmp(matrix.bytes.data(), numbers.data(), sizeof numbers) == 0);
    const GgufTensor& small = file.tensor("halves");
    CHECK(small.type == f16);
    CHECK(std::memcmp(small.bytes.data(), halves.data(), sizeof halves) == 0);
}

TEST_CASE("gguf: a file of a vocabulary alone is read back") {
    const TemporaryFolder folder;
    write_gguf(folder.path() / "v.gguf", {{"tokens", std::vector<std::string>{}}}, {}, content);
    CHECK(GgufFile(folder.path() / "v.gguf").get<std::vector<std::string>>("tokens").empty());
}

TEST_CASE("gguf: what cannot be written is an error, and no file appears") {
    CHECK(tells(write_error({{"a", true}, {"a", true}}, tensors), "the metadata key \"a\" twice"));
    CHECK(tells(write_error({{"", true}}, tensors), "a metadata key without a name"));
    CHECK(tells(write_error({}, {{"t", {2, 3}, f32}, {"t", {3}, f16}}), "the tensor \"t\" twice"));
    CHECK(tells(write_error({}, {{"t", {2, 2}, f32}}), "tensor \"t\" has 24 bytes, its type and shape take 16"));
    CHECK(tells(write_error({}, {{"t", {2, 33}, *find_ggml_type("Q8_0")}}), "rows of 33 elements"));
    CHECK(tells(write_error({}, {{"t", {-1, 2}, f32}}), "a shape that F32 cannot hold"));
}

TEST_CASE("gguf: an error leaves an earlier file as it was") {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "out.gguf";
    write_gguf(path, {{"which", std::string("first")}}, tensors, content);
    const auto broken = [](std::size_t tensor) -> std::span<const std::byte> {
        if (tensor == 1) throw Error("the second tensor cannot be made");
        return content(tensor);
    };
    CHECK_THROWS_WITH_AS(write_gguf(path, {{"which", std::string("second")}}, tensors, broken),
                         "the second tensor cannot be made", Error);
    CHECK(GgufFile(path).get<std::string>("which") == "first");
    CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
}
