#include <anabranch/lm/model/rope_scaling.h>

#include <cmath>
#include <numbers>

namespace anabranch::lm {
namespace {

double scaled(double frequency, std::size_t i, const RopeScaling& scaling) {
    switch (scaling.kind) {
        case RopeScaling::Kind::none:
            return frequency;
        case RopeScaling::Kind::linear:
            return frequency / scaling.factor;
        case RopeScaling::Kind::divisors:
            return frequency / static_cast<double>(scaling.divisors.at(i));
        case RopeScaling::Kind::llama3:
            break;
    }
    // How many times the wave fits into the first training's context; transformers' _compute_llama3_parameters.
    const double waves = static_cast<double>(scaling.original_context) * frequency / (2 * std::numbers::pi);
    if (waves < scaling.low_frequency_factor) return frequency / scaling.factor;
    if (waves > scaling.high_frequency_factor) return frequency;
    const double kept =
        (waves - scaling.low_frequency_factor) / (scaling.high_frequency_factor - scaling.low_frequency_factor);
    return (1 - kept) * frequency / scaling.factor + kept * frequency;
}

}  // namespace

std::vector<double> rope_frequencies(std::int64_t head_dim, double theta, const RopeScaling& scaling) {
    std::vector<double> frequencies;
    for (std::int64_t i = 0; i < head_dim; i += 2) {
        const double plain = std::pow(theta, -static_cast<double>(i) / static_cast<double>(head_dim));
        frequencies.push_back(scaled(plain, frequencies.size(), scaling));
    }
    return frequencies;
}

}  // namespace anabranch::lm
