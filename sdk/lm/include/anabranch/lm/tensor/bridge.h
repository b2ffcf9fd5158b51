#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/column.h>

namespace anabranch::lm {

/// Columns and tensors share memory: nothing is copied either way (a tensor that is not contiguous is made so first).
/// A tensor made from a column must not be written: the packet that it came from is immutable.
[[nodiscard]] at::Tensor tensor_of(const Array& array);
[[nodiscard]] Array array_of(const at::Tensor& tensor);

/// Ragged rows from a padded matrix [rows, width] of which row i holds lengths[i] elements, on the CPU.
[[nodiscard]] Ragged ragged_of(const at::Tensor& padded, const std::vector<std::int64_t>& lengths);
/// A padded float32 matrix [rows, width] from ragged f32 rows; `width` at least the longest, the rest is zero.
[[nodiscard]] at::Tensor padded_of(const Ragged& ragged, std::int64_t width);

/// Each row as a vector of its own.
template <typename T>
[[nodiscard]] std::vector<std::vector<T>> rows_of(const Ragged& ragged) {
    std::vector<std::vector<T>> rows;
    for (std::int64_t i = 0; i < ragged.rows(); ++i) {
        const auto row = ragged.row<T>(i);
        rows.emplace_back(row.begin(), row.end());
    }
    return rows;
}

[[nodiscard]] at::ScalarType scalar_type_of(Dtype dtype);

}  // namespace anabranch::lm
