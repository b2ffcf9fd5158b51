#pragma once

#include <framework/graph/chain.h>

#include <span>
#include <string>

#include "framework/graph/toy_types.h"

namespace anabranch::framework {

/// A pipeline like PPO, of toy nodes: what tests change one thing of.
inline const std::string toy_graph = R"(name: toy
resources:
  policy: {type: toy.model, lora_rank: 8}
  reward: {type: toy.scorer, base: policy.base}
nodes:
  questions: {type: toy.source, path: questions.txt}
  prompts: {type: toy.prompt, in: questions}
  rollout: {type: toy.generate, in: prompts, policy: policy}
  scores: {type: toy.score, in: rollout, model: reward}
  kl: {type: toy.kl, in: rollout, reference: policy.base}
  update: {type: toy.update, in: {rollout: rollout, scores: scores, kl: kl}, policy: policy}
feedback:
  - {from: update.step, to: questions, credits: 1}
)";

/// `text` with `part`, which stands in it once, replaced.
inline std::string replaced(std::string text, const std::string& part, const std::string& other) {
    return text.replace(text.find(part), part.size(), other);
}

/// The result of a graph of toy nodes in the folder /graphs.
inline CheckResult check_toy(const Host& host, const std::string& text, std::span<const Override> overrides = {}) {
    return check_text(host, text, "graph.yaml", "/graphs", overrides);
}

/// The codes that were reported, such as "A0142 A0153".
inline std::string codes(const CheckResult& result) {
    std::string out;
    for (const auto& item : result.diagnostics.items()) out += (out.empty() ? "" : " ") + name_of(item.code);
    return out;
}

}  // namespace anabranch::framework
