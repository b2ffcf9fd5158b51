#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace anabranch::lm {

struct PackOptions {
    std::size_t sequence_length = 1024;  // tokens of a piece
    double characters_per_token = 3.6;
    std::size_t sequences = 1024;  // pieces that a buffer is meant to hold
    std::int64_t eos = 0;
    bool append_eos = true;  // behind every example
    /// Pieces of a buffer are shuffled with this seed and the buffer's number; nothing: they stay in order.
    std::optional<std::uint64_t> shuffle_seed = std::nullopt;
};

/// What a packer holds between two calls; plain values, to be saved and given to `restore`.
struct PackState {
    std::vector<std::int64_t> ids;  // of the examples in the buffer, with their eos
    std::uint64_t characters = 0;   // of the examples in the buffer
    std::uint64_t buffers = 0;      // cut so far
    bool operator==(const PackState&) const = default;
};

/// Packs examples into pieces of one length as TRL's ConstantLengthDataset does: a buffer fills until its examples have
/// sequence_length * characters_per_token * sequences characters, is joined, cut into pieces, and its tail is dropped.
/// An endless data set is the caller's, who feeds it again without a flush in between. One thread at a time.
class ConstantLengthPacker {
  public:
    /// An option that is zero, negative or not finite is an Error.
    explicit ConstantLengthPacker(const PackOptions& options);

    /// Adds an example: its length in characters (code points, Python's `len`) and its ids, with the tokenizer's BOS if
    /// it has one and without the eos. Gives the pieces [n, sequence_length], row after row, when the buffer is full;
    /// else nothing.
    [[nodiscard]] std::vector<std::int64_t> push(std::size_t characters, std::span<const std::int64_t> ids);

    /// At the end of the data: the pieces of what is in the buffer.
    [[nodiscard]] std::vector<std::int64_t> flush();

    /// Tokens of dropped tails, since this packer was made.
    [[nodiscard]] std::uint64_t dropped_tokens() const { return dropped_tokens_; }

    [[nodiscard]] const PackState& state() const { return state_; }
    void restore(PackState state) { state_ = std::move(state); }

  private:
    PackOptions options_;
    double maximum_characters_;
    PackState state_;
    std::uint64_t dropped_tokens_ = 0;
};

}  // namespace anabranch::lm
