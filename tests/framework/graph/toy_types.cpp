#include "framework/graph/toy_types.h"

#include <anabranch/node.h>

namespace anabranch::framework {
namespace {

NodeType node(Spec spec) {
    return {std::move(spec), [](const Parameters&) -> std::unique_ptr<Node> { throw Error("a toy node cannot run"); }};
}

ResourceType resource(ResourceSpec spec) {
    return {std::move(spec), [](const Parameters&, const ResourceContext&) { return std::make_shared<Resource>(); }};
}

Spec generate() {
    return Spec("toy.generate", "Samples answers.")
        .input("in", "tokens: i64[B,~P]")
        .output("out", "*, response: str[B], sampled: i64[B,~R], logprobs: f32[B,~R]")
        .parameter("max_new_tokens", 64, "the most tokens that are sampled", between(1, 4096))
        .parameter("min_new_tokens", 1, "the fewest tokens that are sampled", at_least(1))
        .parameter("temperature", 1.0, "0: greedy", at_least(0))
        .parameter("stop_at_eos", true, "whether an end-of-sequence token ends the answer")
        .optional("stop", ParameterKind::texts, "texts that end the answer")
        .reads("policy", "causal_lm", "the model that answers")
        .refine([](const Parameters& p, Spec&) {
            if (p.get<int>("min_new_tokens") > p.get<int>("max_new_tokens")) {
                throw Error("min_new_tokens is above max_new_tokens");
            }
        });
}

std::vector<NodeType> nodes() {
    std::vector<NodeType> types;
    types.push_back(node(Spec("toy.source", "Reads rows.")
                             .output("out", "text: str[B]", "the rows")
                             .required("path", ParameterKind::path, "the file that is read")
                             .parameter("rows", 4, "rows of a packet", at_least(1))
                             .parameter("repeat", false, "begin again at the end")
                             .refine([](const Parameters& p, Spec& spec) {
                                 if (p.get<bool>("repeat")) spec.never_ends();
                             })));
    types.push_back(
        node(Spec("toy.prompt", "Tokenizes.").input("in", "text: str[B]").output("out", "*, tokens: i64[B,~P]")));
    types.push_back(node(generate()));
    types.push_back(node(Spec("toy.score", "Scores answers.")
                             .input("in", "response: str[B]", "the answers")
                             .output("out", "score: f32[B]")
                             .reads("model", "scorer", "the reward model")));
    types.push_back(
        node(Spec("toy.length", "Scores by length.").input("in", "response: str[B]").output("out", "score: f32[B]")));
    types.push_back(node(Spec("toy.judge", "Scores in double precision.")
                             .input("in", "response: str[B]")
                             .output("out", "score: f64[B]")));
    types.push_back(node(Spec("toy.kl", "Compares with the reference.")
                             .input("in", "sampled: i64[B,~R], logprobs: f32[B,~R]")
                             .output("out", "kl: f32[B,~R]")
                             .parameter("penalty", "kl", "how it is measured", one_of({"kl", "abs", "mse", "full"}))
                             .reads("reference", "causal_lm", "the model before training")));
    types.push_back(node(Spec("toy.update", "Trains.")
                             .input("rollout", "logprobs: f32[B,~R]", "what was sampled")
                             .input("scores", "score: f32[B]")
                             .input("kl", "kl: f32[B,~R]")
                             .output("step", "loss: f32[S]")
                             .writes("policy", "trainable_lm", "the model that is trained")));
    types.push_back(node(
        Spec("toy.pack", "Packs.").input("in", "tokens: i64[B,~P]").output("out", "packed: i64[N,512]").regroups()));
    types.push_back(node(Spec("toy.filter", "Drops rows.").input("in", "text: str[B]").output("out", "*").regroups()));
    types.push_back(node(Spec("toy.train", "Trains on packed rows.").input("in", "packed: i64[N,256]")));
    types.push_back(
        node(Spec("toy.sum", "Adds scores.")
                 .any_number_of_inputs("score: f32[B]")
                 .output("out", "score: f32[B]")
                 .optional("weights", ParameterKind::number_map, "a weight for each input; 1 for those left out")));
    types.push_back(
        node(Spec("toy.split", "Gives packets twice.").input("in", "").output("left", "*").output("right", "*")));
    types.push_back(node(Spec("toy.evaluate", "Measures the policy.")
                             .input("in", "")
                             .output("out", "loss: f32[S]")
                             .reads("policy", "causal_lm", "the model that is measured")));
    types.push_back(node(Spec("toy.measure", "Compares rows with a whole stream.")
                             .input("in", "text: str[B]", "the rows")
                             .side_input("evaluation", "text: str[B], tokens: i64[B,~P]", "what they are compared with")
                             .may_side_input("extra", "text: str[B]", "more of it")
                             .output("out", "*")));
    types.push_back(node(Spec("toy.tune", "Trains on rows.")
                             .input("in", "text: str[B]")
                             .writes("policy", "trainable_lm", "the model that is trained")));
    Spec sink = Spec("toy.sink", "Writes rows.").input("in", "");
    sink.parameters.push_back({"path", ParameterKind::path, "rows.jsonl", false, "the file that is written", {}});
    types.push_back(node(std::move(sink)));
    return types;
}

std::vector<ResourceType> resources() {
    std::vector<ResourceType> types;
    types.push_back(resource(ResourceSpec("toy.model", "A language model.")
                                 .offers("causal_lm")
                                 .view("base", {"causal_lm"})
                                 .optional("checkpoint", ParameterKind::path, "where its weights are")
                                 .parameter("lora_rank", 0, "0: frozen", at_least(0))
                                 .may_read("base", "causal_lm", "a model that it shares weights with")
                                 .refine([](const Parameters& p, ResourceSpec& spec) {
                                     if (p.get<int>("lora_rank") > 0) spec.offers("trainable_lm");
                                 })));
    types.push_back(resource(ResourceSpec("toy.scorer", "A reward model.")
                                 .offers("scorer")
                                 .reads("base", "causal_lm", "the model under its head")));
    return types;
}

}  // namespace

Host toy_host() {
    Plugin plugin;
    plugin.name = "toy";
    plugin.registry.nodes = nodes();
    plugin.registry.resources = resources();
    std::vector<Plugin> plugins;
    plugins.push_back(std::move(plugin));
    return Host(std::move(plugins));
}

}  // namespace anabranch::framework
