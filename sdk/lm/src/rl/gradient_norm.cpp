#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "anabranch/lm/rl/optimiser.h"

namespace anabranch::lm {

namespace {

std::vector<at::Tensor> gradients_of(std::span<const at::Tensor> parameters) {
    std::vector<at::Tensor> gradients;
    for (const at::Tensor& parameter : parameters) {
        if (parameter.grad().defined()) gradients.push_back(parameter.grad());
    }
    return gradients;
}

}  // namespace

double gradient_norm(std::span<const at::Tensor> parameters) {
    const at::NoGradGuard no_graph;
    const std::vector<at::Tensor> gradients = gradients_of(parameters);
    if (gradients.empty()) return 0;
    std::vector<at::Tensor> norms = at::_foreach_norm(gradients, 2);
    for (at::Tensor& norm : norms) norm = norm.to(norms.front().options());
    return at::linalg_vector_norm(at::stack(norms)).item<double>();
}

void clip_gradients(std::span<const at::Tensor> parameters, double norm, double maximum) {
    const at::NoGradGuard no_graph;
    const double scale = maximum / (norm + 1e-6);
    if (scale >= 1) return;
    const std::vector<at::Tensor> gradients = gradients_of(parameters);
    if (!gradients.empty()) at::_foreach_mul_(gradients, scale);
}

}  // namespace anabranch::lm
