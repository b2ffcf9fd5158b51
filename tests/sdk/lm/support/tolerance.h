#pragma once

#include <ATen/ATen.h>

/// The one table of tolerances, by compute type: |a - b| <= absolute + relative * |b|.
namespace anabranch::lm::test {

struct Tolerance {
    double absolute;
    double relative;
};

/// One operation or one layer against a reference of the same type.
inline Tolerance operation(at::ScalarType type) {
    return type == at::kDouble  ? Tolerance{1e-10, 1e-9}
           : type == at::kFloat ? Tolerance{2e-5, 2e-5}
                                : Tolerance{3e-2, 2e-2};
}
/// A whole model's logits, log-probabilities, hidden states and what training makes of them, against float32.
inline Tolerance model(at::ScalarType type) {
    return type == at::kFloat ? Tolerance{1e-4, 1e-4} : Tolerance{0.25, 5e-2};
}

/// The largest |a - b| / (absolute + relative |b|): at most 1 when all is within.
inline double excess(const at::Tensor& a, const at::Tensor& b, Tolerance tolerance) {
    if (a.sizes() != b.sizes()) return INFINITY;
    if (a.numel() == 0) return 0;
    const at::Tensor wide = b.detach().to(at::kDouble);
    const at::Tensor ratio =
        (a.detach().to(at::kDouble) - wide).abs() / (wide.abs() * tolerance.relative + tolerance.absolute);
    return ratio.isnan().any().item<bool>() ? INFINITY : ratio.max().item<double>();
}

}  // namespace anabranch::lm::test
