#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace anabranch::lm {

/// Sequences of different lengths end to end, without padding: sequence i is rows [offsets[i], offsets[i + 1]).
struct PackedBatch {
    at::Tensor ids;                     ///< [T] int64
    at::Tensor positions;               ///< [T] int64, from 0 in each sequence
    std::vector<std::int64_t> offsets;  ///< sequences + 1

    [[nodiscard]] std::int64_t tokens() const { return offsets.back(); }
    [[nodiscard]] std::int64_t sequences() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
    [[nodiscard]] std::int64_t length(std::int64_t sequence) const {
        return offsets[static_cast<std::size_t>(sequence) + 1] - offsets[static_cast<std::size_t>(sequence)];
    }
};

/// Throws when an id is outside [0, vocabulary) or a sequence is longer than `context`, naming the sequence.
[[nodiscard]] PackedBatch pack(std::span<const std::vector<std::int64_t>> sequences, std::int64_t vocabulary,
                               std::int64_t context, at::Device device);

}  // namespace anabranch::lm
