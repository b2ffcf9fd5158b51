#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <utility>

namespace anabranch::lm {

/// A frozen matrix [N, K]: numbers of the type that is computed in, or int8 with a float32 scale for each row.
struct Weight {
    at::Tensor values;  ///< [N, K], contiguous; int8 when there are scales
    at::Tensor scales;  ///< [N] float32: row n is scales[n] * values[n]. Undefined: the values are the numbers

    Weight() = default;
    /// Any plain matrix is a weight.
    Weight(at::Tensor plain) : values(std::move(plain)) {}
    Weight(at::Tensor int8, at::Tensor row_scales) : values(std::move(int8)), scales(std::move(row_scales)) {}

    [[nodiscard]] bool quantised() const { return scales.defined(); }
    [[nodiscard]] std::int64_t size(std::int64_t dimension) const { return values.size(dimension); }
    [[nodiscard]] at::Device device() const { return values.device(); }
    [[nodiscard]] std::int64_t bytes() const {
        return static_cast<std::int64_t>(values.nbytes() + (quantised() ? scales.nbytes() : 0));
    }
};

/// Symmetric int8, row by row: the scale is the row's largest |number| / 127, and what is between two steps goes to the
/// nearer. rows [N, K] float32. A number that is not finite is an Error naming the row.
[[nodiscard]] Weight quantise(const at::Tensor& rows);
/// Rows first .. first + count as numbers of `dtype`; the rows themselves where the weight is plain.
[[nodiscard]] at::Tensor plain_rows(const Weight& weight, std::int64_t first, std::int64_t count, at::ScalarType dtype);
/// The rows that `index` [I] int64 names, in this order, as numbers of `dtype` -> [I, K].
[[nodiscard]] at::Tensor chosen_rows(const Weight& weight, const at::Tensor& index, at::ScalarType dtype);

}  // namespace anabranch::lm
