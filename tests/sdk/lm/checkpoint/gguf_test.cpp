#include "anabranch/lm/checkpoint/gguf.h"

#include <doctest/doctest.h>
#include <support/error_of.h>

#include <limits>
#include <string>
#include <utility>

#include "anabranch/lm/checkpoint/dequantise.h"
#include "gguf_bytes.h"

using anabranch::lm::GgufFile;
using anabranch::tests::contains;
using anabranch::tests::error_of;

namespace {

std::string open_error(const GgufBytes& file) {
    return error_of([&] { (void)GgufFile("m.gguf", file); });
}

}  // namespace

TEST_CASE("gguf: metadata and tensors of a small file") {
    const GgufBytes bytes = small_gguf();
    const GgufFile file("m.gguf", bytes);
    CHECK(file.version() == 3);
    CHECK(file.get<std::string>("general.architecture") == "llama");
    CHECK(file.get<std::uint64_t>("llama.block_count") == 2);
    CHECK(file.get<float>("llama.rope.freq_base") == 10000.0F);
    CHECK(file.get<bool>("flag"));
    CHECK(file.get<std::vector<std::string>>("tokens") == std::vector<std::string>{"a", "", "\u00e9"});
    CHECK(file.get<std::vector<std::int64_t>>("types") == std::vector<std::int64_t>{-1, 3});
    CHECK(file.get<std::vector<float>>("scores") == std::vector<float>{0.5F, -1.0F});
    CHECK_FALSE(file.find<std::string>("general.name").has_value());
    CHECK(file.tensors().size() == 2);
    const auto& plain = file.tensor("plain");
    CHECK(plain.dimensions == std::vector<std::int64_t>{3, 2});
    CHECK(plain.shape == std::vector<std::int64_t>{2, 3});
    CHECK(plain.type.name == "F32");
    CHECK(plain.bytes.size() == 24);
    CHECK(file.tensor("quantised").bytes.size() == 34);
    CHECK(file.find_tensor("other") == nullptr);
}

TEST_CASE("gguf: getters say what is there and what was expected") {
    const GgufBytes bytes = small_gguf();
    const GgufFile file("m.gguf", bytes);
    CHECK(error_of([&] { (void)file.get<std::string>("general.name"); }) ==
          "m.gguf: has no metadata value \"general.name\"; expected a string. Is this a model of the right kind?");
    CHECK(contains(error_of([&] { (void)file.get<float>("general.architecture"); }), "is of type string"));
    CHECK(contains(error_of([&] { (void)file.find<float>("scores"); }), "is an array of type float32"));
    CHECK(contains(error_of([&] { (void)file.get<std::vector<float>>("types"); }), "expected an array of floats"));
    CHECK(contains(error_of([&] { (void)file.get<std::vector<std::string>>("flag"); }), "is of type bool"));
    CHECK(contains(error_of([&] { (void)file.tensor("plain.weight"); }), "those that begin alike: plain"));
}

TEST_CASE("gguf: version 2, other alignments and a file without tensors") {
    CHECK(GgufFile("m", GgufBytes().header(0, 0, 2)).version() == 2);
    GgufBytes file;
    file.header(1, 1).string("general.alignment").u32(4).u32(64).tensor("t", {4}, 0, 0).pad(64).zeros(16);
    CHECK(GgufFile("m", file).tensor("t").bytes.size() == 16);
    CHECK(contains(open_error(GgufBytes().header(0, 0, 1)), "m.gguf: byte 4: has GGUF version 1"));
    CHECK(contains(open_error(GgufBytes().header(0, 0, 0x03000000)), "big-endian"));
    CHECK(contains(open_error(GgufBytes().raw("GGML").zeros(20)), "not a GGUF file"));
    CHECK(contains(open_error(GgufBytes()), "m.gguf: byte 0: the magic number takes 4 bytes, but only 0 are left"));
}

TEST_CASE("gguf: absurd counts are refused before anything is allocated") {
    const auto huge = std::numeric_limits<std::uint64_t>::max();
    CHECK(contains(open_error(GgufBytes().header(huge, 0)), "the number of tensors is 18446744073709551615"));
    CHECK(contains(open_error(GgufBytes().header(0, huge)), "byte 16: the number of metadata values"));
    CHECK(contains(open_error(GgufBytes().header(0, 1).u64(huge).zeros(30)), "a metadata key takes"));
    for (const std::uint32_t element : {0U, 8U, 12U}) {
        GgufBytes file;
        file.header(0, 1).string("k").u32(9).u32(element).u64(huge / 8).zeros(16);
        CHECK(contains(open_error(file), "the length of \"k\""));
    }
    CHECK(contains(open_error(GgufBytes().header(0, 1).string("k").u32(8).u64(huge).zeros(8)), "the value of \"k\""));
}

TEST_CASE("gguf: lying metadata") {
    CHECK(contains(open_error(GgufBytes().header(0, 1).string("k").u32(13).zeros(8)), "the type of \"k\" is 13"));
    CHECK(contains(open_error(GgufBytes().header(0, 1).string("k").u32(9).u32(9).zeros(12)), "array of arrays"));
    CHECK(contains(open_error(GgufBytes().header(0, 1).string("k").u32(7).raw("\2").zeros(8)), "neither 0 nor 1"));
    CHECK(contains(open_error(GgufBytes().header(0, 1).string("").u32(4).u32(1)), "a metadata key has 0 bytes"));
    GgufBytes twice;
    twice.header(0, 2).string("k").u32(4).u32(1).string("k").u32(4).u32(1).zeros(8);
    CHECK(contains(open_error(twice), "the metadata key \"k\" stands twice"));
    GgufBytes alignment;
    alignment.header(1, 1).string("general.alignment").u32(4).u32(24).tensor("t", {4}, 0, 0).zeros(99);
    CHECK(contains(open_error(alignment), "general.alignment is 24"));
}

TEST_CASE("gguf: lying tensors") {
    const auto one = [](std::vector<std::uint64_t> dimensions, std::uint32_t type, std::uint64_t offset) {
        GgufBytes file;
        file.header(1, 0).tensor("t", std::move(dimensions), type, offset).pad().zeros(64);
        return open_error(file);
    };
    CHECK(one({16}, 0, 0) == "no error");
    CHECK(contains(one({17}, 0, 0), "lies at 0 + 68 in a data section of 64 bytes"));
    CHECK(contains(one({16}, 0, 32), "lies at 32 + 64"));
    CHECK(contains(one({16}, 0, ~std::uint64_t{31}), "lies at 18446744073709551584 + 64"));
    CHECK(contains(one({4}, 0, 4), "not a multiple of the alignment 32"));
    CHECK(contains(one({16}, 5, 0), "unknown type 5"));
    CHECK(contains(one({16}, 2, 0), "Q4_0 needs a multiple of 32"));
    CHECK(contains(one({1, 1, 1, 1, 1}, 0, 0), "has 5 dimensions"));
    CHECK(contains(one({std::uint64_t{1} << 32, std::uint64_t{1} << 32}, 0, 0), "more elements than 63 bits"));
    CHECK(contains(one({~std::uint64_t{0}}, 0, 0), "has the dimension 18446744073709551615"));
    CHECK(contains(one({std::uint64_t{1} << 62}, 0, 0), "more elements than 63 bits"));

    GgufBytes twice;
    twice.header(2, 0).tensor("t", {4}, 0, 0).tensor("t", {4}, 0, 32).pad().zeros(64);
    CHECK(contains(open_error(twice), "the tensor \"t\" stands twice"));
    GgufBytes overlap;
    overlap.header(2, 0).tensor("a", {16}, 0, 0).tensor("b", {4}, 0, 32).pad().zeros(64);
    CHECK(contains(open_error(overlap), "tensor \"b\" overlaps tensor \"a\""));
}

TEST_CASE("gguf: files that cannot be opened are named") {
    CHECK(contains(error_of([] { GgufFile("no/such.gguf"); }), "no/such.gguf: cannot open: No such file"));
    CHECK(contains(error_of([] { GgufFile(std::filesystem::path(".")); }), ".: is not a regular file"));
}
