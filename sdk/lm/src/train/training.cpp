#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/train/training.h>

#include <cmath>

namespace anabranch::lm {
namespace {

TrainingOptions accepted(const TrainingOptions& options) {
    check(options);
    return options;
}

}  // namespace

void check(const TrainingOptions& options) {
    check(options.schedule);
    if (options.max_grad_norm && !(*options.max_grad_norm > 0)) {
        throw Error(cat("max_grad_norm is ", *options.max_grad_norm, "; expected a number above 0, or none"));
    }
}

Training::Training(std::vector<at::Tensor> parameters, const TrainingOptions& options)
    : options_(accepted(options)), adam_(std::move(parameters), options_.adam) {
    if (adam_.parameters().empty()) throw Error("the model has nothing to train: no adapter, no head, no weights");
}

Training::Step Training::step() {
    const double norm = gradient_norm(adam_.parameters());
    if (!std::isfinite(norm)) {
        drop_gradients();
        throw Error(cat("the gradient's norm is ", norm, "; expected a finite number: is the learning rate too high?"));
    }
    if (options_.max_grad_norm) clip_gradients(adam_.parameters(), norm, *options_.max_grad_norm);
    adam_.set_learning_rate(options_.adam.learning_rate * options_.schedule.factor(steps_));
    adam_.step();
    drop_gradients();
    ++steps_;
    return {adam_.learning_rate(), norm};
}

std::map<std::string, at::Tensor> Training::state() const {
    auto out = adam_.state();
    out["steps"] = at::scalar_tensor(steps_, at::kLong);
    return out;
}

void Training::restore(const std::map<std::string, at::Tensor>& state) {
    const auto steps = state.find("steps");
    if (steps == state.end() || steps->second.numel() != 1) {
        throw Error("the saved state of a training lacks 'steps', one number");
    }
    adam_.restore(state);
    steps_ = steps->second.item<std::int64_t>();
}

}  // namespace anabranch::lm
