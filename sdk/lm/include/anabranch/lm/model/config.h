#pragma once

#include <anabranch/lm/kernels/attention.h>
#include <anabranch/lm/model/rope_scaling.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace anabranch::lm {

class GgufFile;

/// The shape of a LLaMA.
struct LlamaConfig {
    std::int64_t hidden = 0;
    std::int64_t intermediate = 0;
    std::int64_t layers = 0;
    HeadLayout attention;
    std::int64_t vocabulary = 0;
    std::int64_t context = 0;  ///< positions
    double rms_eps = 1e-5;
    double rope_theta = 10000.0;
    RopeScaling rope_scaling{};
    bool tied_head = false;  ///< the language-model head is the embedding
};

/// Reads and checks `llama.*` metadata. A sliding window smaller than the context (Mistral) shortens the context to the
/// window, within which attention is whole. Errors name the file, the key and what it says.
[[nodiscard]] LlamaConfig config_from_gguf(const GgufFile& file);

/// The same from a config.json of transformers: model_type llama or mistral. What a LLaMA here has not (biases, other
/// activations, other RoPE scalings, quantised weights) is an Error.
[[nodiscard]] LlamaConfig config_from_json(const std::filesystem::path& file);

}  // namespace anabranch::lm
