#pragma once

#include <anabranch/call.h>
#include <anabranch/lm/reward/pairs.h>

#include <map>
#include <optional>
#include <string>

namespace anabranch::reward {

/// The pairs of a packet: tokens_j, tokens_k and, if it is named, a column of margins.
[[nodiscard]] lm::Pairs pairs_of(const Packet& packet, const std::optional<std::string>& margin);
/// The columns that `pairs_of` reads, as a port's type.
[[nodiscard]] std::string pair_columns(const std::optional<std::string>& margin);

/// What an evaluation is called in metrics and columns: eval_loss, eval_accuracy, ...
[[nodiscard]] std::map<std::string, double> named(const lm::PairEvaluation& evaluation);

}  // namespace anabranch::reward
