#pragma once

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/export/weights_in_memory.h>
#include <anabranch/lm/kernels/linear.h>
#include <anabranch/lm/model/language_model.h>

#include "sdk/lm/support/golden.h"

/// What the tests of exports share.
namespace anabranch::lm::test {

inline const std::vector<std::vector<std::int64_t>> export_sequences{{5, 17, 300, 2, 44, 9}, {1, 399, 12}};

/// The tiny model with an adapter on every linear module whose B is not zero, as if it had been trained.
inline LanguageModel::Parts trained_parts() {
    const at::NoGradGuard no_grad;
    auto parts = tiny_parts();
    parts.lora.emplace(
        LoraConfig{4, 8, 0, {Module::q, Module::k, Module::v, Module::o, Module::gate, Module::up, Module::down}},
        parts.weights->config, anabranch::Random(1), at::kCPU);
    const Lora other(parts.lora->config(), parts.weights->config, anabranch::Random(2), at::kCPU);
    for (std::size_t layer = 0; layer < other.layers().size(); ++layer) {
        for (std::size_t module = 0; module < module_count; ++module) {
            LoraPair& pair = *parts.lora->layers()[layer][module];
            const at::Tensor values = other.layers()[layer][module]->a.flatten();
            pair.b.copy_(values.index_select(0, at::arange(pair.b.numel()).remainder(values.numel())).view_as(pair.b));
        }
    }
    return parts;
}

/// Its weights with the adapter added, in memory: what an exported model must give bit for bit.
inline LanguageModel merged_model(const LanguageModel& model) {
    const auto source = weights_in_memory(*model.weights(), model.lora());
    LanguageModel::Parts parts = model.parts();
    parts.weights = build_weights(model.config(), *source, {at::kFloat, at::kCPU, "test"});
    parts.lora.reset();
    return LanguageModel(std::move(parts));
}

inline at::Tensor logits_of(const LanguageModel& model) {
    const at::NoGradGuard no_grad;
    return project(model.hidden(model.pack(export_sequences)), model.weights()->head);
}

/// Two tokenizers that cut alike.
inline bool same_tokenizer(const Tokenizer& one, const Tokenizer& other) {
    const std::string text =
        "<|im_start|>user\nWhat's 1234 + 5?<|im_end|>\n\n  d\u00e9j\u00e0 vu \U0001F600\t<|endoftext|>";
    return one.encode(text) == other.encode(text) && one.encode(text, false) == other.encode(text, false) &&
           one.decode(one.encode(text)) == other.decode(one.encode(text)) && one.bos() == other.bos() &&
           one.eos() == other.eos() && one.pad() == other.pad() && one.add_bos() == other.add_bos();
}

}  // namespace anabranch::lm::test
