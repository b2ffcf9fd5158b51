#pragma once

#include <anabranch/lm/model/language_model.h>
#include <anabranch/resource.h>
#include <anabranch/spec.h>

namespace anabranch::llama {

/// What every LLaMA resource says of where its weights come from and how it computes.
void add_checkpoint_parameters(ResourceSpec& spec, bool required);

/// Weights and tokenizer of the checkpoint that the parameters name, nothing trainable yet. A sequence classifier is an
/// Error.
[[nodiscard]] lm::LanguageModel::Parts load_checkpoint(const Parameters& parameters, const ResourceContext& context);

/// Where and in which type the parameters say to compute.
[[nodiscard]] lm::Compute compute_of(const Parameters& parameters, const ResourceContext& context);
/// The same as load_checkpoint, in another type.
[[nodiscard]] lm::LanguageModel::Parts load_checkpoint_as(const Parameters& parameters, const lm::Compute& compute);

/// For a reward model: with the score head of a sequence classifier or of an adapter's directory, if there is one.
[[nodiscard]] lm::LanguageModel::Parts load_reward_checkpoint(const Parameters& parameters,
                                                              const ResourceContext& context);

}  // namespace anabranch::llama
