#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace anabranch::lm {

/// Where Adam adds its epsilon. torch: sqrt(v / (1 - beta2^t)) + epsilon. tensorflow: sqrt(v) + epsilon, with the bias
/// correction in the step size, so that epsilon weighs more in the first steps (openai-2019).
enum class EpsilonPlacement { torch, tensorflow };

struct AdamOptions {
    double learning_rate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weight_decay = 0.0;
    bool decoupled = false;  ///< true: AdamW, which shrinks the parameters; false: Adam, which adds to the gradient
    /// false: AdamW leaves parameters of one dimension (norms, biases) undecayed, as transformers' Trainer does.
    bool decays_vectors = true;
    EpsilonPlacement placement = EpsilonPlacement::torch;
};

/// Adam and AdamW as torch.optim computes them, over parameters that stay the caller's. A parameter without a gradient
/// is left alone, its step count too. Not for several threads at once.
class Adam {
  public:
    /// Errors: an undefined parameter, one that requires no gradient, options out of range.
    Adam(std::vector<at::Tensor> parameters, AdamOptions options);

    /// One update from the parameters' gradients.
    void step();
    /// Drops the gradients.
    void zero_gradients();

    [[nodiscard]] double learning_rate() const { return options_.learning_rate; }
    void set_learning_rate(double rate);
    [[nodiscard]] const std::vector<at::Tensor>& parameters() const { return parameters_; }

    /// "step" int64 [parameters], "exp_avg.N" and "exp_avg_sq.N" as parameter N. The moments are shared, not copied:
    /// save them before the next step.
    [[nodiscard]] std::map<std::string, at::Tensor> state() const;
    /// Copies a saved state in; entries of other names are ignored. Missing or of another shape: an Error, and nothing
    /// changes. The parameters' order must be that of the save.
    void restore(const std::map<std::string, at::Tensor>& state);

  private:
    std::vector<at::Tensor> parameters_;
    AdamOptions options_;
    std::vector<std::int64_t> steps_;
    std::vector<at::Tensor> averages_;         // exp_avg
    std::vector<at::Tensor> square_averages_;  // exp_avg_sq
};

/// The 2-norm over all gradients together; 0 when there are none.
[[nodiscard]] double gradient_norm(std::span<const at::Tensor> parameters);

/// Scales the gradients by maximum / (norm + 1e-6) where that is below 1. `norm` is gradient_norm's.
void clip_gradients(std::span<const at::Tensor> parameters, double norm, double maximum);

}  // namespace anabranch::lm
