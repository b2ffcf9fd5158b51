#include "anabranch/lm/tensor/tensor_state.h"

#include <ATen/ATen.h>

#include "anabranch/lm/tensor/bridge.h"

namespace anabranch::lm {
namespace {

constexpr std::string_view prefix = "tensor.";

}  // namespace

void save_tensors(State& state, const std::map<std::string, at::Tensor>& tensors) {
    for (const auto& [name, tensor] : tensors) {
        const at::Tensor kept = tensor.detach().cpu();
        state.set(std::string(prefix) + name, Column(array_of(kept.dim() == 0 ? kept.view({1}) : kept)));
    }
}

std::map<std::string, at::Tensor> load_tensors(const State& state) {
    std::map<std::string, at::Tensor> tensors;
    for (const auto& [name, packet] : state.packets()) {
        if (name.starts_with(prefix)) tensors.emplace(name.substr(prefix.size()), tensor_of(state.array(name)));
    }
    return tensors;
}

}  // namespace anabranch::lm
