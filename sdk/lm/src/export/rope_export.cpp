#include "rope_export.h"

#include <anabranch/error.h>

#include <algorithm>
#include <cmath>

namespace anabranch::lm {

std::vector<float> rope_divisors(const LlamaConfig& config) {
    const auto plain = rope_frequencies(config.attention.head_dim, config.rope_theta, {});
    const auto scaled = rope_frequencies(config.attention.head_dim, config.rope_theta, config.rope_scaling);
    std::vector<float> divisors;
    for (std::size_t i = 0; i < plain.size(); ++i) divisors.push_back(static_cast<float>(plain[i] / scaled[i]));
    return divisors;
}

RopeScaling named_scaling(const LlamaConfig& config) {
    if (config.rope_scaling.kind != RopeScaling::Kind::divisors) return config.rope_scaling;
    const auto& given = config.rope_scaling.divisors;
    LlamaConfig guess = config;
    guess.rope_scaling = {RopeScaling::Kind::llama3, std::ranges::max(given), 1, 4, 8192, {}};
    const auto divisors = rope_divisors(guess);
    for (std::size_t i = 0; i < divisors.size(); ++i) {
        if (std::abs(divisors[i] - given.at(i)) > 1e-4F * given.at(i)) {
            throw Error(
                "the checkpoint scales its rotary embeddings (rope_freqs.weight) by a rule that config.json has no "
                "words for; export it as gguf, or start from the model's Hugging Face folder");
        }
    }
    return guess.rope_scaling;
}

}  // namespace anabranch::lm
