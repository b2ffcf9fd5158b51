#include "ppo_undo.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace anabranch::lm {

PpoUndo::PpoUndo(Adam& optimiser) : optimiser_(optimiser), state_(optimiser.state()) {
    for (const at::Tensor& parameter : optimiser.parameters()) parameters_.push_back(parameter.detach().clone());
    for (auto& [name, tensor] : state_) tensor = tensor.clone();
}

void PpoUndo::undo() {
    const at::NoGradGuard no_graph;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
        at::Tensor parameter = optimiser_.parameters()[i];
        parameter.copy_(parameters_[i]);
    }
    optimiser_.restore(state_);
}

}  // namespace anabranch::lm
