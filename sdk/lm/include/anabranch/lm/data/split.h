#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace anabranch::lm {

/// The recipe's four disjoint parts of a data set.
enum class Split { finetune, reward, rl, evaluation };

inline constexpr std::array<std::string_view, 4> split_names = {"finetune", "reward", "rl", "evaluation"};

/// The split of that name; anything else is an Error that lists the names.
[[nodiscard]] Split parse_split(std::string_view name);

/// Shares of the splits, in the order of their names. Not negative, and not all zero; only their ratios count.
struct SplitShares {
    std::array<double, 4> values = {0.3, 0.3, 0.3, 0.1};
};

/// The split that a question falls into: by its id, its site's name, the shares and the seed alone, so that no question
/// stands in two of them, whatever file or order it is read in. Growing one dump moves no question.
[[nodiscard]] Split split_of(std::int64_t question_id, const SplitShares& shares = {}, std::uint64_t seed = 0,
                             std::string_view site = {});

}  // namespace anabranch::lm
