#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace anabranch::lm {

/// Prompts, responses and scores of one PPO step, as numbers. Matrices [batch, R], R the longest response (or wider),
/// on any device: the loss is computed where the policy's evaluation is. Column t is response token t.
struct PpoBatch {
    at::Tensor logprobs;      ///< of the response's tokens by the policy, before the step
    at::Tensor values;        ///< of the state before each token
    at::Tensor ref_logprobs;  ///< by the reference
    at::Tensor kl;            ///< the penalty, if already known (needed for KlKind::full); else undefined
    at::Tensor mask;          ///< 1 on response tokens
    at::Tensor scores;        ///< [batch], as the reward model gave them
    std::vector<std::int64_t> query_lengths;     ///< [batch], for the statistics
    std::vector<std::int64_t> response_lengths;  ///< [batch], likewise

    [[nodiscard]] std::int64_t rows() const { return mask.size(0); }
    [[nodiscard]] std::int64_t width() const { return mask.size(1); }
};

/// The batch with every matrix in float32, on the mask's device, without a graph. Throws an Error that names the matrix
/// and the row when shapes differ, a row has no token, the mask holds anything but 0 and 1, or a number that counts is
/// NaN or infinite.
[[nodiscard]] PpoBatch checked(const PpoBatch& batch);

}  // namespace anabranch::lm
