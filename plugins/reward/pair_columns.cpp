#include <anabranch/lm/tensor/bridge.h>
#include <plugins/reward/pair_columns.h>

namespace anabranch::reward {

lm::Pairs pairs_of(const Packet& packet, const std::optional<std::string>& margin) {
    return {lm::rows_of<std::int64_t>(packet.ragged("tokens_j")), lm::rows_of<std::int64_t>(packet.ragged("tokens_k")),
            margin ? lm::tensor_of(packet.array(*margin)) : at::Tensor()};
}

std::string pair_columns(const std::optional<std::string>& margin) {
    return cat("tokens_j: i64[B,~J], tokens_k: i64[B,~K]", margin ? ", " + *margin + ": f32[B]" : "");
}

std::map<std::string, double> named(const lm::PairEvaluation& evaluation) {
    return {{"eval_loss", evaluation.loss},
            {"eval_accuracy", evaluation.accuracy},
            {"eval_strict_accuracy", evaluation.strict_accuracy},
            {"eval_longer_accuracy", evaluation.longer_accuracy},
            {"eval_margin", evaluation.margin},
            {"eval_score_mean", evaluation.mean},
            {"eval_score_std", evaluation.deviation}};
}

}  // namespace anabranch::reward
