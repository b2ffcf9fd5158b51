#pragma once

#include <anabranch/lm/model/language_model.h>
#include <anabranch/lm/model/responses.h>

#include <cstdint>
#include <map>
#include <string>

namespace anabranch::lm {

/// Preference pairs: row i of `better` was preferred to row i of `worse`, each a question with its answer.
struct Pairs {
    Sequences better;
    Sequences worse;
    at::Tensor margins{};  ///< [N] float32: how far apart the scores shall be at least; undefined: 0

    [[nodiscard]] std::size_t count() const { return better.size(); }
    /// Of both sides of a pair.
    [[nodiscard]] std::int64_t tokens(std::size_t pair) const {
        return static_cast<std::int64_t>(better[pair].size() + worse[pair].size());
    }
    [[nodiscard]] Pairs part(std::size_t first, std::size_t count) const;
};
/// Throws when the sides differ in their number, a row has no tokens, or a margin is not finite; names the row.
void check(const Pairs& pairs);

/// Raw scores of both sides, [N] float32 each; differentiable when gradients are enabled.
struct PairScores {
    at::Tensor better;
    at::Tensor worse;
};
/// Both sides in one packed forward, each sequence read at its last token; no padding.
[[nodiscard]] PairScores score_pairs(const LanguageModel& model, const Pairs& pairs, const ForwardOptions& how = {});

struct PairEvaluation {
    double loss = 0;
    double accuracy = 0;         ///< ties count as right, as in the original
    double strict_accuracy = 0;  ///< ties count as wrong
    double longer_accuracy = 0;  ///< of the rule "the longer answer is better", ties half: what a model must beat
    double margin = 0;           ///< mean of r_j - r_k
    double mean = 0;             ///< of the raw scores of both sides
    double deviation = 1;        ///< Bessel-corrected
};
/// Gathers the scores of a data set's pairs, packet by packet.
class PairEvaluator {
  public:
    /// `center` as in pair_loss.
    explicit PairEvaluator(double center = 0) : center_(center) {}
    /// Without gradients and dropout, about `tokens` tokens at a time. Pairs that `check` refuses are an Error.
    void add(const LanguageModel& model, const Pairs& pairs, std::int64_t tokens = 4096);
    [[nodiscard]] std::int64_t count() const { return count_; }
    /// Of all pairs so far; none: an Error.
    [[nodiscard]] PairEvaluation result() const;

    /// Of all pairs so far: "better", "worse" and "losses" float32 [N], "longer_right" float64 [].
    [[nodiscard]] std::map<std::string, at::Tensor> state() const;
    /// Goes on from a saved state. An Error names what is missing.
    void restore(const std::map<std::string, at::Tensor>& state);

  private:
    double center_;
    std::int64_t count_ = 0;
    double longer_right_ = 0;
    std::vector<at::Tensor> better_;
    std::vector<at::Tensor> worse_;
    std::vector<at::Tensor> losses_;
};
[[nodiscard]] PairEvaluation evaluate_pairs(const LanguageModel& model, const Pairs& pairs, double center = 0,
                                            std::int64_t tokens = 4096);

}  // namespace anabranch::lm
