#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "anabranch/lm/checkpoint/ggml_type.h"
#include "anabranch/lm/checkpoint/gguf.h"

namespace anabranch::lm {

/// Whether `dequantise` reads this type: F32, F16, BF16, Q8_0, Q4_0, Q4_1.
[[nodiscard]] bool can_dequantise(const GgmlType& type);

/// Whole blocks to floats, exactly as ggml's reference code rounds. `out` has one element for each number in `blocks`;
/// other sizes and types that cannot be read are Errors.
void dequantise(const GgmlType& type, std::span<const std::byte> blocks, std::span<float> out);

/// `row_count` rows of a tensor from `first_row` on, a row being its last (fastest) dimension. An unsupported type is
/// an Error that names the tensor, its type, and the types that are supported. Several threads may share a tensor's
/// rows.
void dequantise_rows(const GgufTensor& tensor, std::size_t first_row, std::size_t row_count, std::span<float> out);

/// A whole tensor, row-major as `tensor.shape` says.
void dequantise(const GgufTensor& tensor, std::span<float> out);

/// One IEEE half-precision number, given by its bits.
[[nodiscard]] float float_from_half(std::uint16_t bits);

}  // namespace anabranch::lm
