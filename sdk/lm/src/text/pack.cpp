#include "anabranch/lm/text/pack.h"

#include <cmath>

#include "anabranch/error.h"
#include "anabranch/random.h"

namespace anabranch::lm {
namespace {

/// Rows of `length` in another order.
std::vector<std::int64_t> shuffled_rows(const std::vector<std::int64_t>& rows, std::size_t length,
                                        const Random& random) {
    std::vector<std::int64_t> out;
    out.reserve(rows.size());
    for (const std::int64_t row : random.permutation(static_cast<std::int64_t>(rows.size() / length))) {
        const auto begin = rows.begin() + row * static_cast<std::int64_t>(length);
        out.insert(out.end(), begin, begin + static_cast<std::int64_t>(length));
    }
    return out;
}

}  // namespace

ConstantLengthPacker::ConstantLengthPacker(const PackOptions& options)
    : options_(options),
      // The product in the original's order: the threshold is the same double.
      maximum_characters_(static_cast<double>(options.sequence_length) * options.characters_per_token *
                          static_cast<double>(options.sequences)) {
    if (!(maximum_characters_ > 0.0) || !std::isfinite(maximum_characters_)) {
        throw Error(cat("packing into ", options.sequences, " sequences of ", options.sequence_length, " tokens at ",
                        options.characters_per_token, " characters a token; expected numbers above 0"));
    }
}

std::vector<std::int64_t> ConstantLengthPacker::push(std::size_t characters, std::span<const std::int64_t> ids) {
    state_.ids.insert(state_.ids.end(), ids.begin(), ids.end());
    if (options_.append_eos) state_.ids.push_back(options_.eos);
    state_.characters += characters;
    if (static_cast<double>(state_.characters) < maximum_characters_) return {};
    return flush();
}

std::vector<std::int64_t> ConstantLengthPacker::flush() {
    std::vector<std::int64_t> pieces = std::exchange(state_.ids, {});
    dropped_tokens_ += pieces.size() % options_.sequence_length;
    pieces.resize(pieces.size() / options_.sequence_length * options_.sequence_length);
    state_.characters = 0;
    const std::uint64_t buffer = state_.buffers++;
    if (!options_.shuffle_seed) return pieces;
    return shuffled_rows(pieces, options_.sequence_length, Random(*options_.shuffle_seed).fork("pack").fork(buffer));
}

}  // namespace anabranch::lm
