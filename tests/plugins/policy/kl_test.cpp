#include <ATen/ATen.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <plugins/policy/nodes.h>

#include <cmath>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

const Rows responses{{20, 21}, {22, 23, 24}, {25}, {26, 27, 28, 29}};

/// The model's log-probabilities of the whole vocabulary before each response token, [N, V], written out plainly.
at::Tensor distributions(const lm::LanguageModel& model) {
    std::vector<at::Tensor> rows;
    for (std::size_t i = 0; i < responses.size(); ++i) {
        Rows whole{some_prompts[i]};
        whole.front().insert(whole.front().end(), responses[i].begin(), responses[i].end());
        const at::Tensor logits = at::matmul(model.hidden(model.pack(whole)), model.weights()->head.values.t());
        rows.push_back(at::log_softmax(logits, -1)
                           .narrow(0, static_cast<std::int64_t>(some_prompts[i].size()) - 1,
                                   static_cast<std::int64_t>(responses[i].size())));
    }
    return at::cat(rows).detach();
}

at::Tensor chosen(const at::Tensor& distributions) {
    std::vector<std::int64_t> ids;
    for (const auto& row : responses) ids.insert(ids.end(), row.begin(), row.end());
    return distributions.gather(1, at::tensor(ids).unsqueeze(1)).squeeze(1);
}

/// policy.kl on a rollout of `policy`, with policy.base as the reference.
Packet penalties(const std::string& kind, const std::shared_ptr<lm::LanguageModel>& policy) {
    auto evaluate = harness(policy::add_evaluate);
    evaluate.lend("policy", policy);
    const Packet rollout = evaluate.run(responses_packet(some_prompts, responses));
    auto node = harness(policy::add_kl, {{"kl_penalty", kind}});
    node.lend("reference", std::const_pointer_cast<Resource>(policy->view("base")));
    if (kind == "full") node.lend("policy", policy);
    return node.run(rollout);
}

void check_close(const std::vector<float>& found, const at::Tensor& expected) {
    REQUIRE(static_cast<std::int64_t>(found.size()) == expected.numel());
    const at::Tensor wide = expected.to(at::kDouble).contiguous();
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(std::abs(found[i] - wide.const_data_ptr<double>()[i]) < 1e-4);
}

}  // namespace

TEST_CASE("policy.kl: each penalty is its formula") {
    const auto policy = trained_policy();
    const auto base = std::dynamic_pointer_cast<const lm::LanguageModel>(policy->view("base"));
    const at::Tensor own = distributions(*policy);
    const at::Tensor reference = distributions(*base);
    const at::Tensor difference = chosen(own) - chosen(reference);
    REQUIRE(difference.min().item<float>() < -0.05F);  // both signs, or kl and abs are the same
    REQUIRE(difference.max().item<float>() > 0.05F);
    const std::map<std::string, at::Tensor> expected{{"kl", difference},
                                                     {"abs", difference.abs()},
                                                     {"mse", difference.square() / 2},
                                                     {"full", (own.exp() * (own - reference)).sum(-1)}};
    for (const auto& [kind, values] : expected) {
        CAPTURE(kind);
        const Packet out = penalties(kind, policy);
        check_close(flat(out, "kl"), values);
        check_close(flat(out, "ref_logprobs"), chosen(reference));
        check_close(flat(out, "logprobs"), chosen(own));
        CHECK(ragged_rows(out, "response_tokens") == responses);
        CHECK(out.ragged("kl").row<float>(3).size() == 4);
    }
}

TEST_CASE("policy.kl: an adapter that does nothing yet is at no distance") {
    const auto policy = model(llama::add_policy, tiny());
    for (const char* kind : {"kl", "abs", "mse", "full"}) {
        CAPTURE(kind);
        for (const float value : flat(penalties(kind, policy), "kl")) CHECK(std::abs(value) < 1e-5F);
    }
}

TEST_CASE("policy.kl: full needs the policy, the others do not") {
    const auto needs_policy = [](const char* kind) {
        return harness(policy::add_kl, {{"kl_penalty", kind}}).spec().uses.back().required;
    };
    CHECK(needs_policy("full"));
    CHECK_FALSE(needs_policy("kl"));
    CHECK(contains(error_of([&] { return needs_policy("l2"); }), "one of kl, abs, mse, full"));
}
