#pragma once

#include <ATen/ATen.h>

#include <initializer_list>
#include <vector>

namespace anabranch::lm::testing {

/// A matrix from rows of equal length.
inline at::Tensor matrix(std::initializer_list<std::vector<double>> rows, at::ScalarType type = at::kFloat) {
    std::vector<at::Tensor> parts;
    for (const std::vector<double>& row : rows) parts.push_back(at::tensor(row, at::kDouble));
    return at::stack(parts).to(type);
}

/// The largest |actual - expected| / (1 + |expected|); infinite when shapes differ or a number is not one.
inline double difference(const at::Tensor& actual, const at::Tensor& expected) {
    if (actual.sizes() != expected.sizes()) return 1e300;
    const at::Tensor a = actual.detach().to(at::kDouble), e = expected.detach().to(at::kDouble);
    const double worst = ((a - e).abs() / (1 + e.abs())).max().item<double>();
    return worst == worst ? worst : 1e300;
}

inline double number(const at::Tensor& scalar) {
    return scalar.item<double>();
}

/// Normal numbers from a seed, the same on every run.
inline at::Tensor normal(at::IntArrayRef shape, std::uint64_t seed, at::ScalarType type = at::kFloat) {
    at::Generator generator = at::detail::createCPUGenerator(seed);
    return at::randn(shape, generator, at::TensorOptions(at::kDouble)).to(type);
}

/// A mask [rows, width] with the given numbers of leading ones.
inline at::Tensor mask_of(const std::vector<std::int64_t>& lengths, std::int64_t width) {
    return (at::arange(width).unsqueeze(0) < at::tensor(lengths).unsqueeze(1)).to(at::kFloat);
}

}  // namespace anabranch::lm::testing
