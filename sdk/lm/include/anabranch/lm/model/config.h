#pragma once

#include <anabranch/lm/kernels/attention.h>

#include <cstdint>

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
    bool tied_head = false;  ///< the language-model head is the embedding
};

/// Reads and checks `llama.*` metadata. Errors name the file and the key.
[[nodiscard]] LlamaConfig config_from_gguf(const GgufFile& file);

}  // namespace anabranch::lm
