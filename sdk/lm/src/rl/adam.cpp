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
    // Lists, so that a GPU gets a few kernels over all parameters instead of a few for each.
    std::vector<at::Tensor> parameters, gradients, averages, square_averages;
    std::vector<at::Scalar> step_sizes, corrections;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        if (!parameters_[i].grad().defined()) continue;
        const auto step = static_cast<double>(++steps_[i]);
        const double correction1 = 1 - std::pow(options_.beta1, step);
        const double correction2 = std::sqrt(1 - std::pow(options_.beta2, step));
        const bool inside = options_.placement == EpsilonPlacement::tensorflow;
        step_sizes.emplace_back(-options_.learning_rate / correction1 * (inside ? correction2 : 1));
        corrections.emplace_back(inside ? 1 : correction2);
        parameters.push_back(parameters_[i]);
        gradients.push_back(parameters_[i].grad());
        averages.push_back(averages_[i]);
        square_averages.push_back(square_averages_[i]);
    }
    if (parameters.empty()) return;

    if (options_.weight_decay != 0) {
        if (options_.decoupled) {
            std::vector<at::Tensor> decayed;
            for (const at::Tensor& parameter : parameters) {
                if (options_.decays_vectors || parameter.dim() > 1) decayed.push_back(parameter);
            }
            if (!decayed.empty()) at::_foreach_mul_(decayed, 1 - options_.learning_rate * options_.weight_decay);
        } else {
            gradients = at::_foreach_add(gradients, parameters, options_.weight_decay);
        }
    }
    at::_foreach_lerp_(averages, gradients, 1 - options_.beta1);
    at::_foreach_mul_(square_averages, options_.beta2);
    at::_foreach_addcmul_(square_averages, gradients, gradients, 1 - options_.beta2);
    std::vector<at::Tensor> denominators = at::_foreach_sqrt(square_averages);
    at::_foreach_div_(denominators, corrections);
    at::_foreach_add_(denominators, options_.epsilon);
    at::_foreach_addcdiv_(parameters, averages, denominators, step_sizes);
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
