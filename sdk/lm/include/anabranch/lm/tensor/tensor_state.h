#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/state.h>

#include <map>
#include <string>

namespace anabranch::lm {

/// Tensors by name as entries of a node's state, on the CPU, sharing their memory: the state is to be written before
/// they change. A tensor without dimensions becomes one of shape [1].
void save_tensors(State& state, const std::map<std::string, at::Tensor>& tensors);
/// Every entry that `save_tensors` made, sharing the state's memory.
[[nodiscard]] std::map<std::string, at::Tensor> load_tensors(const State& state);

}  // namespace anabranch::lm
