#include "anabranch/lm/rl/kl_controller.h"

#include <algorithm>

#include "anabranch/error.h"

namespace anabranch::lm {

KlController::KlController(KlControllerOptions options) : options_(options), value_(options.init_kl_coef) {
    const bool usable = options.target > 0 && options.horizon > 0;
    if (options.adaptive && !usable) {
        throw Error(cat("the adaptive KL coefficient has target ", options.target, " and horizon ", options.horizon,
                        "; expected both above 0 (or a fixed coefficient)"));
    }
}

void KlController::update(double kl, double samples) {
    if (!options_.adaptive) return;
    const double error = std::clamp(kl / options_.target - 1, -0.2, 0.2);
    value_ *= 1 + error * samples / options_.horizon;
}

}  // namespace anabranch::lm
