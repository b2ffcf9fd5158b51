#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/model/linear_head.h>

#include <cmath>

namespace anabranch::lm {

LinearHead LinearHead::make(std::int64_t hidden, bool with_bias, const Random& random, at::Device device) {
    const double bound = 1.0 / std::sqrt(static_cast<double>(hidden));
    at::Tensor values = at::empty({hidden + 1}, at::kFloat);
    for (std::int64_t i = 0; i <= hidden; ++i) {
        values.mutable_data_ptr<float>()[i] =
            static_cast<float>((2.0 * random.uniform(static_cast<std::uint64_t>(i)) - 1.0) * bound);
    }
    const auto leaf = [&](const at::Tensor& part) { return part.to(device).clone().requires_grad_(true); };
    return {leaf(values.narrow(0, 0, hidden).view({1, hidden})),
            with_bias ? leaf(values.narrow(0, hidden, 1)) : at::Tensor()};
}

void LinearHead::zero() {
    const at::NoGradGuard no_grad;
    weight.zero_();
    if (bias.defined()) bias.zero_();
}

at::Tensor LinearHead::operator()(const at::Tensor& hidden) const {
    return at::linear(hidden.to(at::kFloat), weight, bias).squeeze(1);
}

LinearHead LinearHead::snapshot() const {
    return {weight.detach().clone(), bias.defined() ? bias.detach().clone() : at::Tensor()};
}

}  // namespace anabranch::lm
