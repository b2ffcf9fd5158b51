#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "anabranch/lm/rl/optimiser.h"

namespace anabranch::lm {

/// A copy of an optimiser's parameters and state, to go back to when a step fails half-way.
class PpoUndo {
  public:
    explicit PpoUndo(Adam& optimiser);
    void undo();

  private:
    Adam& optimiser_;
    std::vector<at::Tensor> parameters_;
    std::map<std::string, at::Tensor> state_;
};

}  // namespace anabranch::lm
