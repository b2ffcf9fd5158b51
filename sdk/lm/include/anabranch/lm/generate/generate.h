#pragma once

#include <anabranch/lm/generate/sampler.h>
#include <anabranch/lm/model/language_model.h>

#include <cstdint>
#include <span>
#include <vector>

namespace anabranch::lm {

struct GenerateOptions {
    SamplerOptions sampler;
    std::int64_t max_new_tokens = 128;
    std::vector<std::int64_t> stop_ids;  ///< a response ends after the first of these; empty: always max_new_tokens
    std::int64_t slots = 64;             ///< sequences decoded together
};

/// A response a prompt. The stop token, if one came, is part of it.
struct Generated {
    std::vector<std::vector<std::int64_t>> ids;
    std::vector<std::vector<float>> logprobs;  ///< see Sampled
    std::vector<std::vector<float>> values;    ///< value head at the state before each token; empty rows without a head
};

/// Continues ragged prompts, none of them empty. Keys and values are cached; each decode step reads the weights once
/// for all rows that are under way, and a row that ends makes place for the next prompt. Row i draws from
/// random.uniform(i, position) alone, so that batching and slots do not change what is sampled (beyond the rounding of
/// products of another size). Throws when a prompt is empty or does not fit the context with its response.
[[nodiscard]] Generated generate(const LanguageModel& model, std::span<const std::vector<std::int64_t>> prompts,
                                 const GenerateOptions& options, const Random& random);

}  // namespace anabranch::lm
