#include "anabranch/lm/checkpoint/safetensors.h"

#include <doctest/doctest.h>
#include <support/error_of.h>

#include <string>

#include "safetensors_bytes.h"

using anabranch::lm::SafetensorsFile;
using anabranch::tests::contains;
using anabranch::tests::error_of;

namespace {

std::string open_error(std::string_view header, std::size_t data_bytes) {
    const auto bytes = safetensors_bytes(header, data_bytes);
    return error_of([&] { (void)SafetensorsFile("m.safetensors", bytes); });
}

}  // namespace

TEST_CASE("safetensors: tensors and metadata of a small file") {
    const auto bytes = safetensors_bytes(small_safetensors_header, 11);
    const SafetensorsFile file("m.safetensors", bytes);
    CHECK(file.tensors().size() == 3);
    CHECK(file.metadata().at("format") == "pt");
    const auto& b = file.tensor("b");
    CHECK(b.dtype == "F32");
    CHECK(b.shape == std::vector<std::int64_t>{2, 1});
    CHECK(b.bytes.size() == 8);
    CHECK(file.tensor("a").bytes[2] == std::byte{10});
    CHECK(file.tensor("none").bytes.empty());
    CHECK_FALSE(file.has("c"));
    CHECK(error_of([&] { (void)file.tensor("c"); }) == "m.safetensors: has no tensor \"c\"; it has: a, b, none");
}

TEST_CASE("safetensors: an empty file of tensors") {
    CHECK(open_error("{}", 0) == "no error");
    CHECK(contains(open_error("{}", 1), "the tensors end at data byte 0, but the file has 1 bytes"));
}

TEST_CASE("safetensors: headers that lie about their size") {
    CHECK(contains(error_of([] { (void)SafetensorsFile("m", std::vector<std::byte>(7)); }), "it has 7 bytes"));
    auto bytes = safetensors_bytes("{}", 0);
    bytes[0] = std::byte{3};
    CHECK(contains(error_of([&] { (void)SafetensorsFile("m", bytes); }), "said to have 3 bytes, but 2 follow"));
    bytes[7] = std::byte{0xFF};
    CHECK(contains(error_of([&] { (void)SafetensorsFile("m", bytes); }), "m: byte 0: the header is said to have"));
    bytes.assign(bytes.size(), std::byte{0});
    CHECK(contains(error_of([&] { (void)SafetensorsFile("m", bytes); }), "m (header): not valid JSON"));
}

TEST_CASE("safetensors: overlaps, holes and rests name the tensors") {
    const std::string a = R"("a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]})";
    CHECK(open_error("{" + a + R"(,"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})", 8) == "no error");
    CHECK(contains(open_error("{" + a + R"(,"b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}})", 7),
                   "tensor \"b\" begins at data byte 3, which overlaps a (it ends at 4)"));
    CHECK(contains(open_error("{" + a + R"(,"b":{"dtype":"U8","shape":[3],"data_offsets":[5,8]}})", 8),
                   "tensor \"b\" begins at data byte 5, which leaves a hole after a"));
    CHECK(contains(open_error("{" + a + "}", 5), "the tensors end at data byte 4, but the file has 5 bytes"));
    CHECK(contains(open_error("{" + a + "}", 3), "is [0, 4] in 3 bytes of data; the file is truncated"));
    CHECK(contains(open_error("{" + a + "," + a + "}", 4), "has the key \"a\" twice"));
}

TEST_CASE("safetensors: entries that lie") {
    CHECK(contains(open_error(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4),
                   "$.a has 4 bytes, which do not fit its dtype and shape"));
    CHECK(contains(open_error(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0),
                   "do not fit its dtype and shape"));
    CHECK(contains(open_error(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4), "do not fit"));
    CHECK(contains(open_error(R"({"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}})", 4),
                   "m.safetensors (header): $.a.dtype is \"Q4\"; known are F64"));
    CHECK(contains(open_error(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[1,0]}})", 1), "is [1, 0] in 1 bytes"));
    CHECK(contains(open_error(R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0]}})", 0), "begin and end"));
    CHECK(contains(open_error(R"({"a":{"dtype":"U8","shape":[1]}})", 1), "$.a has no \"data_offsets\""));
    CHECK(contains(open_error(R"({"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}})", 1), "$.a.shape is a number"));
    CHECK(contains(open_error(R"({"__metadata__":{"a":1}})", 0), "$.__metadata__.a is a number; expected a string"));
    CHECK(contains(open_error("[]", 0) + open_error("[1]", 0), "expected an object"));
}
