#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/checkpoint/safetensors.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace anabranch::lm {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// Writes tensors to a safetensors file, from any device; see write_safetensors.
void save_tensors(const std::filesystem::path& file, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata = {});

/// A tensor of a safetensors file, copied to the CPU. Errors name the file, the tensor and its dtype.
[[nodiscard]] at::Tensor load_tensor(const SafetensorsFile& file, std::string_view name);

/// Copies the named tensors of `file` over the given ones, converting the dtype. The names must be exactly the file's
/// and the shapes equal: otherwise an Error, and nothing has changed.
void load_tensors(const std::filesystem::path& file, const NamedTensors& into);

}  // namespace anabranch::lm
