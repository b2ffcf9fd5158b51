#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/reward/pair_loss.h>

namespace anabranch::lm {

at::Tensor pair_loss(const at::Tensor& scores_j, const at::Tensor& scores_k, const at::Tensor& margin, double center) {
    at::Tensor difference = scores_j - scores_k;
    if (margin.defined()) difference = difference - margin;
    const at::Tensor loss = -at::log_sigmoid(difference);
    return center == 0 ? loss : loss + center * (scores_j + scores_k).square();
}

PairAccuracy pair_accuracy(const at::Tensor& scores_j, const at::Tensor& scores_k) {
    if (scores_j.numel() == 0) throw Error("there are no pairs to take the accuracy of");
    const auto share = [](const at::Tensor& right) { return right.to(at::kDouble).mean().item<double>(); };
    return {share(scores_j >= scores_k), share(scores_j > scores_k)};
}

}  // namespace anabranch::lm
