#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
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
            with_bias ? leaf(values.narrow(0, hidden, 1)) : at::Tensor(), 0, 1};
}

void LinearHead::zero() {
    const at::NoGradGuard no_grad;
    weight.zero_();
    if (bias.defined()) bias.zero_();
}

at::Tensor LinearHead::operator()(const at::Tensor& hidden) const {
    return at::linear(hidden.to(at::kFloat), weight, bias).squeeze(1);
}

at::Tensor LinearHead::normalised(const at::Tensor& raw) const {
    return mean == 0 && deviation == 1 ? raw : (raw - mean) / deviation;
}

void LinearHead::set_normalisation(double new_mean, double new_deviation) {
    if (!std::isfinite(new_mean) || !std::isfinite(new_deviation) || !(new_deviation > 0)) {
        throw Error(cat("scores with mean ", new_mean, " and deviation ", new_deviation,
                        " cannot be normalised; expected finite numbers and a deviation above 0"));
    }
    mean = new_mean;
    deviation = new_deviation;
}

LinearHead LinearHead::snapshot() const {
    LinearHead copy = *this;
    copy.weight = weight.detach().clone();
    if (bias.defined()) copy.bias = bias.detach().clone();
    return copy;
}

}  // namespace anabranch::lm
