#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/rl/optimiser.h"

namespace anabranch::lm {

namespace {

void check(const AdamOptions& options) {
    const auto require = [](bool allowed, const char* name, double value, const char* expected) {
        if (!allowed) throw Error(cat("the optimiser's ", name, " is ", value, "; expected ", expected));
    };
    require(options.learning_rate >= 0, "learning rate", options.learning_rate, "at least 0");
    require(options.beta1 >= 0 && options.beta1 < 1, "beta1", options.beta1, "0 or more and below 1");
    require(options.beta2 >= 0 && options.beta2 < 1, "beta2", options.beta2, "0 or more and below 1");
    require(options.epsilon >= 0, "epsilon", options.epsilon, "at least 0");
    require(options.weight_decay >= 0, "weight decay", options.weight_decay, "at least 0");
}

const at::Tensor& saved(const std::map<std::string, at::Tensor>& state, const std::string& name,
                        at::IntArrayRef shape) {
    const auto found = state.find(name);
    if (found == state.end()) throw Error(cat("the optimiser's saved state lacks '", name, "'"));
    if (found->second.sizes() != shape) {
        throw Error(cat("the optimiser's saved state has '", name, "' as ", found->second.sizes(), "; expected ", shape,
                        ": are the trained parameters those of the save?"));
    }
    return found->second;
}

}  // namespace

Adam::Adam(std::vector<at::Tensor> parameters, AdamOptions options)
    : parameters_(std::move(parameters)), options_(options), steps_(parameters_.size(), 0) {
    check(options_);
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        if (!parameters_[i].defined() || !parameters_[i].requires_grad() || !parameters_[i].is_leaf()) {
            throw Error(cat("parameter ", i, " of the optimiser requires no gradient; expected a leaf that does"));
        }
        averages_.push_back(at::zeros_like(parameters_[i], parameters_[i].options().requires_grad(false)));
        square_averages_.push_back(at::zeros_like(averages_.back()));
    }
}

void Adam::step() {
    const at::NoGradGuard no_graph;
    // By steps taken and whether they decay, which a call of torch's fused kernel has in common.
    struct Group {
        std::vector<at::Tensor> parameters, gradients, averages, square_averages, steps;
    };
    std::map<std::pair<std::int64_t, bool>, Group> groups;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        const at::Tensor& parameter = parameters_[i];
        if (!parameter.grad().defined()) continue;
        const bool decays = !options_.decoupled || options_.decays_vectors || parameter.dim() > 1;
        Group& group = groups[{++steps_[i], decays}];
        group.parameters.push_back(parameter);
        const at::Tensor& gradient = parameter.grad();  // the kernel takes it for laid out as the parameter is
        const bool alike = gradient.strides() == parameter.strides();
        group.gradients.push_back(alike ? gradient : at::empty_like(parameter).copy_(gradient));
        group.averages.push_back(averages_[i]);
        group.square_averages.push_back(square_averages_[i]);
        group.steps.push_back(at::full({}, static_cast<double>(steps_[i]), parameter.options().dtype(at::kFloat)));
    }
    for (auto& [common, group] : groups) {
        const auto [step, decays] = common;
        // sqrt(v) + epsilon, the correction in the step size, is the same as sqrt(v) / correction + epsilon /
        // correction.
        const double correction = options_.placement == EpsilonPlacement::tensorflow
                                      ? std::sqrt(1 - std::pow(options_.beta2, static_cast<double>(step)))
                                      : 1;
        const auto fused = [&](auto kernel) {
            kernel(group.parameters, group.gradients, group.averages, group.square_averages, at::TensorList(),
                   group.steps, options_.learning_rate, options_.beta1, options_.beta2,
                   decays ? options_.weight_decay : 0, options_.epsilon / correction, false, false, std::nullopt,
                   std::nullopt);
        };
        if (options_.decoupled) {
            fused([](auto&&... arguments) { at::_fused_adamw_(arguments...); });
        } else {
            fused([](auto&&... arguments) { at::_fused_adam_(arguments...); });
        }
    }
}

void Adam::zero_gradients() {
    for (at::Tensor& parameter : parameters_) parameter.mutable_grad().reset();
}

void Adam::set_learning_rate(double rate) {
    AdamOptions changed = options_;
    changed.learning_rate = rate;
    check(changed);
    options_ = changed;
}

std::map<std::string, at::Tensor> Adam::state() const {
    std::map<std::string, at::Tensor> out{{"step", at::tensor(steps_, at::kLong)}};
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        out[cat("exp_avg.", i)] = averages_[i];
        out[cat("exp_avg_sq.", i)] = square_averages_[i];
    }
    return out;
}

void Adam::restore(const std::map<std::string, at::Tensor>& state) {
    const auto count = static_cast<std::int64_t>(parameters_.size());
    const at::Tensor steps = saved(state, "step", {count}).to(at::kCPU, at::kLong).contiguous();
    std::vector<at::Tensor> averages, square_averages;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        averages.push_back(saved(state, cat("exp_avg.", i), parameters_[i].sizes()));
        square_averages.push_back(saved(state, cat("exp_avg_sq.", i), parameters_[i].sizes()));
    }
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        steps_[i] = steps.const_data_ptr<std::int64_t>()[i];
        averages_[i].copy_(averages[i]);
        square_averages_[i].copy_(square_averages[i]);
    }
}

}  // namespace anabranch::lm
