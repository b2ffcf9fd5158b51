#pragma once

namespace anabranch::lm {

struct KlControllerOptions {
    double init_kl_coef = 0.2;
    bool adaptive = true;  ///< otherwise the coefficient stays
    double target = 6.0;
    double horizon = 10000.0;
};

/// The coefficient of the KL penalty (Ziegler et al. 2019). Errors: a target or horizon that is not positive.
class KlController {
  public:
    explicit KlController(KlControllerOptions options);

    [[nodiscard]] double value() const { return value_; }
    /// coefficient *= 1 + clip(kl / target - 1, -0.2, 0.2) * samples / horizon; `samples` over all ranks.
    void update(double kl, double samples);
    /// Continues from a saved value.
    void restore(double value) { value_ = value; }

  private:
    KlControllerOptions options_;
    double value_;
};

}  // namespace anabranch::lm
