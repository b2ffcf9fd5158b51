// The tiny models of tests/golden in every supported type, against the values that gguf-py dequantised.
#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "anabranch/lm/checkpoint/dequantise.h"
#include "anabranch/lm/checkpoint/gguf.h"
#include "anabranch/lm/checkpoint/safetensors.h"

using namespace anabranch::lm;

namespace {

std::filesystem::path golden(const std::string& name) {
    return std::filesystem::path(ANABRANCH_SOURCE_DIRECTORY) / "tests/golden/data" / name;
}

}  // namespace

TEST_CASE("golden: tensors of every type dequantise to the recorded floats, bit for bit") {
    const SafetensorsFile recorded(golden("gguf.safetensors"));
    int compared = 0;
    for (const std::string model : {"tiny", "tiny-f16", "tiny-bf16", "tiny-q8_0", "tiny-q4_0", "tiny-q4_1"}) {
        const GgufFile file(golden(model + ".gguf"));
        for (const std::string name : {"blk.0.attn_q.weight", "blk.1.ffn_down.weight"}) {
            CAPTURE(model);
            CAPTURE(name);
            const SafetensorsTensor& expected = recorded.tensor(model + "/" + name);
            const GgufTensor& tensor = file.tensor(name);
            CHECK(tensor.shape == expected.shape);
            std::vector<float> values(tensor.element_count());
            dequantise(tensor, values);
            REQUIRE(expected.bytes.size() == values.size() * sizeof(float));
            CHECK(std::memcmp(values.data(), expected.bytes.data(), expected.bytes.size()) == 0);
            ++compared;
        }
    }
    CHECK(compared == 12);
}

TEST_CASE("golden: the tiny model's metadata") {
    const GgufFile file(golden("tiny.gguf"));
    CHECK(file.get<std::string>("general.architecture") == "llama");
    CHECK(file.get<std::uint64_t>("llama.block_count") == 2);
    CHECK(file.get<std::uint64_t>("llama.embedding_length") == 64);
    CHECK(file.get<std::uint64_t>("llama.attention.head_count_kv") == 2);
    CHECK(file.get<float>("llama.attention.layer_norm_rms_epsilon") == 1e-5F);
    CHECK(file.get<std::vector<std::string>>("tokenizer.ggml.tokens").size() == 400);
}
