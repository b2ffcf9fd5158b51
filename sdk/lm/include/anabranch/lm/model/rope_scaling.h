#pragma once

#include <cstdint>
#include <vector>

namespace anabranch::lm {

/// How rotary frequencies are stretched for a context longer than the first training's.
struct RopeScaling {
    enum class Kind : std::uint8_t {
        none,
        linear,   ///< each frequency divided by `factor` (Chen et al. 2023)
        llama3,   ///< long waves divided by `factor`, short ones kept, between them in between (LLaMA 3.1)
        divisors  ///< each divided by its own, as GGUF's rope_freqs.weight says
    };
    Kind kind = Kind::none;
    double factor = 1;
    double low_frequency_factor = 1;    ///< llama3: waves longer than original_context / this are long
    double high_frequency_factor = 4;   ///< llama3: waves shorter than original_context / this are short
    std::int64_t original_context = 0;  ///< llama3: positions of the first training
    std::vector<float> divisors{};      ///< [head_dim / 2]
};

/// The angle per position of each pair of elements, [head_dim / 2] in radians: theta^(-2 i / head_dim), scaled.
[[nodiscard]] std::vector<double> rope_frequencies(std::int64_t head_dim, double theta, const RopeScaling& scaling);

}  // namespace anabranch::lm
