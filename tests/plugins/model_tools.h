#pragma once

#include <anabranch/lm/model/language_model.h>
#include <plugins/llama/nodes.h>
#include <plugins/node_tools.h>

#include <memory>

/// What tests of nodes that use models share: real resources on the tiny model of tests/golden.
namespace anabranch::tests {

using Rows = std::vector<std::vector<std::int64_t>>;
using Used = std::map<std::string, std::shared_ptr<const Resource>, std::less<>>;

inline const std::string tiny_checkpoint = std::string(ANABRANCH_SOURCE_DIRECTORY) + "/tests/golden/data/tiny.gguf";

/// The spec that a graph is checked against: of the resource type that `add` registers, refined by the parameters.
inline ResourceSpec refined(Add add, Given parameters) {
    Registry registry;
    add(registry);
    ResourceSpec spec = registry.resources.at(0).spec;
    const Parameters checked(spec.parameters, std::move(parameters));
    if (spec.refine_with) spec.refine_with(checked, spec);
    return spec;
}

/// A model as the engine makes it.
inline std::shared_ptr<lm::LanguageModel> model(Add add, const Given& parameters, Used used = {},
                                                std::uint64_t seed = 0) {
    Registry registry;
    add(registry);
    const ResourceSpec spec = refined(add, parameters);
    return std::dynamic_pointer_cast<lm::LanguageModel>(registry.resources.at(0).make(
        Parameters(spec.parameters, parameters), ResourceContext(Random(seed), std::move(used))));
}

/// Parameters of the tiny model in float32 on the CPU, and more.
inline Given tiny(Given more = {}) {
    more.merge(Given{{"checkpoint", tiny_checkpoint}, {"dtype", "float32"}, {"device", "cpu"}});
    return more;
}

/// What training changes, as bits.
inline std::vector<std::vector<float>> trained(const lm::LanguageModel& model) {
    std::vector<std::vector<float>> all;
    for (const at::Tensor& parameter : model.parameters()) {
        const float* values = parameter.const_data_ptr<float>();
        all.emplace_back(values, values + parameter.numel());
    }
    return all;
}

/// A policy that differs from its base and whose value head says something, as after some training.
inline std::shared_ptr<lm::LanguageModel> trained_policy(Given more = {}) {
    auto policy = model(llama::add_policy, tiny(std::move(more)));
    const Random random(42);
    std::uint64_t drawn = 0;
    for (at::Tensor parameter : policy->parameters()) {
        float* values = parameter.mutable_data_ptr<float>();
        for (std::int64_t i = 0; i < parameter.numel(); ++i)
            values[i] = static_cast<float>(0.4 * random.uniform(drawn++) - 0.2);
    }
    return policy;
}

inline const Rows some_prompts{{5, 6, 7}, {8}, {9, 10, 11, 12}, {300, 20}};

inline Packet prompts_packet(const Rows& prompts = some_prompts) {
    return Packet({{"prompt_tokens", Ragged::of(prompts)}});
}
inline Packet responses_packet(const Rows& prompts, const Rows& responses) {
    return Packet({{"prompt_tokens", Ragged::of(prompts)}, {"response_tokens", Ragged::of(responses)}});
}
/// All values of a ragged column, end to end.
inline std::vector<float> flat(const Packet& packet, std::string_view column) {
    const auto values = packet.ragged(column).flat().values<float>();
    return {values.begin(), values.end()};
}
inline Rows ragged_rows(const Packet& packet, std::string_view column) {
    Rows rows;
    for (std::int64_t row = 0; row < packet.rows(); ++row) rows.push_back(ragged_row(packet, column, row));
    return rows;
}

}  // namespace anabranch::tests
