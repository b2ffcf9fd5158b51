#pragma once

#include <anabranch/lm/tensor/tensor_state.h>
#include <anabranch/state.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace anabranch {

/// The trainer of a node, made in its first call, when the model is there; it goes on from what an earlier run saved.
/// Trainer: has `state()` and `restore(state)`, maps of tensors.
template <typename Trainer>
class NodeTrainer {
  public:
    /// The trainer, made from these arguments the first time.
    template <typename... Arguments>
    Trainer& get(Arguments&&... arguments) {
        if (!trainer_) {
            trainer_.emplace(std::forward<Arguments>(arguments)...);
            if (!saved_.empty()) trainer_->restore(saved_);
            saved_.clear();
        }
        return *trainer_;
    }

    void save_state(State& state) const { lm::save_tensors(state, trainer_ ? trainer_->state() : saved_); }
    void load_state(const State& state) { saved_ = lm::load_tensors(state); }

  private:
    std::optional<Trainer> trainer_;
    std::map<std::string, at::Tensor> saved_;  ///< until the trainer is made
};

}  // namespace anabranch
