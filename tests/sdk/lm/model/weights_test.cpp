#include <anabranch/lm/checkpoint/gguf.h>
#include <anabranch/lm/model/weights.h>
#include <doctest/doctest.h>
#include <support/error_of.h>
#include <support/temporary_folder.h>

#include <cstring>

#include "sdk/lm/support/golden.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;
using anabranch::tests::contains;
using anabranch::tests::error_of;

namespace {

/// The tiny model's file, to be changed in ways that leave a correct container.
class Edited {
  public:
    /// A tensor's dimensions, the fastest-moving first: after its name and their count (u32).
    Edited& dimensions(std::string_view tensor, const std::vector<std::uint64_t>& lengths) {
        return put(find(tensor) + tensor.size() + sizeof(std::uint32_t), lengths.data(),
                   lengths.size() * sizeof(std::uint64_t));
    }
    Edited& rename(std::string_view tensor, std::string_view other) {
        return put(find(tensor), other.data(), other.size());
    }
    /// A u32 of the metadata: after its key and its type (u32).
    Edited& number(std::string_view key, std::uint32_t value) {
        return put(find(key) + key.size() + sizeof(std::uint32_t), &value, sizeof(value));
    }

    [[nodiscard]] std::string error() const {
        return error_of([this] {
            const GgufFile file("tiny.gguf", std::as_bytes(std::span(bytes_)));
            return weights_from_gguf(file, {at::kFloat, at::kCPU, "test"});
        });
    }

  private:
    [[nodiscard]] std::size_t find(std::string_view text) const {
        const std::size_t at = bytes_.find(text);
        REQUIRE(at != std::string::npos);
        return at;
    }
    Edited& put(std::size_t at, const void* data, std::size_t size) {
        std::memcpy(bytes_.data() + at, data, size);
        return *this;
    }

    std::string bytes_ = anabranch::tests::content_of(golden("tiny.gguf"));
};

}  // namespace

TEST_CASE("weights: the file as it is") {
    CHECK(Edited().error() == "no error");
}

TEST_CASE("weights: a tensor of another shape is named, with its shape and the one expected") {
    const std::string q = Edited().dimensions("blk.0.attn_q.weight", {128, 32}).error();
    CHECK(contains(q, "tiny.gguf: tensor 'blk.0.attn_q.weight' has shape [32, 128], expected [64, 64]"));
    CHECK(contains(Edited().dimensions("blk.1.ffn_down.weight", {64, 96}).error(), "'blk.1.ffn_down.weight'"));
    CHECK(contains(Edited().dimensions("output_norm.weight", {32}).error(), "'output_norm.weight' has shape [32]"));
    // All tensors of a model that says it is narrower are too wide.
    CHECK(contains(Edited().number("llama.embedding_length", 32).error(), "expected"));
    CHECK(contains(Edited().number("llama.attention.head_count_kv", 4).error(), "'blk.0.attn_k.weight'"));
}

TEST_CASE("weights: a tensor that is missing is named") {
    const std::string renamed = Edited().rename("blk.1.ffn_up.weight", "blk.9.ffn_up.weight").error();
    CHECK(contains(renamed, "tiny.gguf"));
    CHECK(contains(renamed, "blk.1.ffn_up.weight"));
    CHECK(contains(Edited().number("llama.block_count", 3).error(), "blk.2."));
    CHECK(contains(Edited().rename("token_embd.weight", "token_embt.weight").error(), "token_embd.weight"));
}

TEST_CASE("weights: heads that do not fit each other are named") {
    CHECK(contains(Edited().number("llama.attention.head_count_kv", 3).error(), "do not fit each other"));
    CHECK(contains(Edited().number("llama.attention.head_count", 0).error(), "llama.attention.head_count"));
}
