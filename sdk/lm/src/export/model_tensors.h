#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/model/weight_source.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

namespace anabranch::lm {

/// The values of a tensor, on the CPU.
using ReadTensor = std::function<at::Tensor(const TensorSpec&)>;

/// How transformers cuts a large model into files.
inline constexpr std::int64_t shard_bytes = 5'000'000'000;

/// model.safetensors in `directory`, or, when that would pass `limit` bytes, model-00001-of-0000N.safetensors and their
/// index. One tensor is in memory at a time.
void write_model_tensors(const std::filesystem::path& directory, std::span<const TensorSpec> tensors,
                         at::ScalarType dtype, const ReadTensor& read, std::int64_t limit = shard_bytes);

/// The bytes of a tensor made by `read`, kept for as long as this lives or until the next one.
class TensorBytes {
  public:
    [[nodiscard]] std::span<const std::byte> operator()(const at::Tensor& values, at::ScalarType dtype);

  private:
    at::Tensor kept_;
};

}  // namespace anabranch::lm
