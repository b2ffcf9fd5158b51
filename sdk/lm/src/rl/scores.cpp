#include "anabranch/lm/rl/scores.h"

#include <ATen/ATen.h>

#include <limits>

namespace anabranch::lm {

at::Tensor shaped_scores(const at::Tensor& scores, const ScoreOptions& options, RunningMoments& moments) {
    at::Tensor shaped = scores.to(at::kFloat) - options.baseline;
    if (options.scaling) {
        moments.update(shaped);
        const double factor = moments.deviation + double{std::numeric_limits<float>::epsilon()};
        shaped = (options.norm ? shaped - moments.mean : shaped) / factor;
    }
    return options.clip ? shaped.clamp(-*options.clip, *options.clip) : shaped;
}

}  // namespace anabranch::lm
