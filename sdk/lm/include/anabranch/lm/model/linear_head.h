#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/random.h>

namespace anabranch::lm {

/// One number a position, from the hidden state after the final norm. Always float32, whatever the model computes in.
struct LinearHead {
    at::Tensor weight;  ///< [1, D], a leaf of autograd
    at::Tensor bias;    ///< [1], a leaf; undefined: none
    /// Of the raw numbers over a data set: what `normalised` subtracts and divides by. Training works on raw numbers.
    double mean = 0;
    double deviation = 1;

    /// Uniform as torch.nn.Linear starts (bound 1 / sqrt(D)), as TRL's value head and transformers' score head do.
    static LinearHead make(std::int64_t hidden, bool with_bias, const Random& random, at::Device device);
    /// Sets weight and bias to zero.
    void zero();
    /// hidden [N, D] of any type -> [N] float32; differentiable in both.
    [[nodiscard]] at::Tensor operator()(const at::Tensor& hidden) const;
    /// Raw numbers of this head, with mean 0 and deviation 1 over the data set that they were measured on.
    [[nodiscard]] at::Tensor normalised(const at::Tensor& raw) const;
    /// Throws for a mean that is not finite or a deviation that is not above 0.
    void set_normalisation(double new_mean, double new_deviation);
    /// A copy that does not share memory and takes no gradient.
    [[nodiscard]] LinearHead snapshot() const;
};

}  // namespace anabranch::lm
