#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/sft/sft_trainer.h>
#include <doctest/doctest.h>

#include <cmath>

#include "sdk/lm/support/golden.h"
#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

LanguageModel adapted(double dropout = 0) {
    auto parts = tiny_parts();
    parts.lora.emplace(LoraConfig{4, 8, dropout, {Module::q, Module::v}}, parts.weights->config, anabranch::Random(1),
                       at::kCPU);
    return LanguageModel(std::move(parts));
}

const Sequences documents{{5, 6, 7, 8, 9, 10}, {11, 12, 13}, {20, 21, 22, 23, 24, 25, 26, 27}};

double loss_of(const LanguageModel& model, const Sequences& ids, const Sequences& labels) {
    return sft_loss_sum(model, pack_sft(model, ids, labels)).item<double>();
}

}  // namespace

TEST_CASE("documents packed into one batch give the loss of separate forwards: none sees another") {
    const at::NoGradGuard no_grad;
    const LanguageModel model = adapted();
    double separate = 0;
    for (const auto& document : documents) separate += loss_of(model, {document}, {document});
    CHECK(loss_of(model, documents, documents) == doctest::Approx(separate).epsilon(1e-6));
    // The same tokens as one sequence, as the original packs them, are another number: what the mask is there for.
    std::vector<std::int64_t> joined;
    for (const auto& document : documents) joined.insert(joined.end(), document.begin(), document.end());
    std::vector<std::int64_t> labels = joined;
    labels[6] = labels[9] = ignored_label;
    CHECK(std::abs(loss_of(model, {joined}, {labels}) - separate) > 1e-3);
}

TEST_CASE("only labels that are not ignored count") {
    const LanguageModel model = adapted();
    Sequences labels = documents;
    labels[0] = {ignored_label, ignored_label, ignored_label, 8, 9, 10};
    labels[1].assign(3, ignored_label);
    const SftBatch batch = pack_sft(model, documents, labels);
    CHECK(batch.count() == 3 + 0 + 7);
    CHECK(count_targets(labels) == 10);
    CHECK(at::equal(batch.rows.narrow(0, 0, 3), at::tensor({2, 3, 4}, at::kLong)));
    CHECK(at::equal(batch.targets.narrow(0, 0, 4), at::tensor({8, 9, 10, 21}, at::kLong)));
}

TEST_CASE("the gradient does not depend on the number of parts; the first layers' adapters get one") {
    const auto gradients = [](std::int64_t parts) {
        const LanguageModel model = adapted();
        // A rate of 0 leaves the adapter where it is; the norm tells the gradient.
        SftTrainer trainer(model, {.training = {.adam = {.learning_rate = 0, .decoupled = true}},
                                   .gradient_accumulation_steps = parts});
        return trainer.step(model, documents, documents, anabranch::Random(0));
    };
    const auto whole = gradients(1);
    CHECK(whole.at("grad_norm") > 1e-3);
    for (const std::int64_t parts : {2, 3}) {
        CHECK(gradients(parts).at("grad_norm") == doctest::Approx(whole.at("grad_norm")).epsilon(1e-5));
        CHECK(gradients(parts).at("loss") == doctest::Approx(whole.at("loss")).epsilon(1e-6));
    }
}

TEST_CASE("dropout depends on the generator alone") {
    const auto loss = [](std::uint64_t key) {
        const LanguageModel model = adapted(0.5);
        {
            const at::NoGradGuard no_grad;
            for (at::Tensor parameter : model.parameters()) parameter.add_(0.1);
        }
        return SftTrainer(model, {}).step(model, documents, documents, anabranch::Random(key)).at("loss");
    };
    CHECK(loss(1) == loss(1));
    CHECK(loss(1) != loss(2));
}

TEST_CASE("evaluation is the mean loss of the tokens that count, whatever the parts; training lowers it") {
    const LanguageModel model = adapted();
    const SftEvaluation before = evaluate_sft(model, documents, documents);
    CHECK(before.tokens == 14);
    {
        const at::NoGradGuard no_grad;
        CHECK(before.loss == doctest::Approx(loss_of(model, documents, documents) / 14).epsilon(1e-6));
    }
    CHECK(before.perplexity() == doctest::Approx(std::exp(before.loss)));
    CHECK(evaluate_sft(model, documents, documents, 1).loss == doctest::Approx(before.loss).epsilon(1e-6));
    SftEvaluation added = evaluate_sft(model, {documents[0]}, {documents[0]});
    added += evaluate_sft(model, {documents[1], documents[2]}, {documents[1], documents[2]});
    added += evaluate_sft(model, {}, {});
    CHECK(added.tokens == 14);
    CHECK(added.loss == doctest::Approx(before.loss).epsilon(1e-6));
    SftTrainer trainer(model, {.training = {.adam = {.learning_rate = 0.02, .decoupled = true}}});
    for (int i = 0; i < 5; ++i) static_cast<void>(trainer.step(model, documents, documents, anabranch::Random(0)));
    CHECK(evaluate_sft(model, documents, documents).loss < before.loss - 0.1);
}

TEST_CASE("what cannot be learnt from is refused by name, and nothing has changed") {
    const LanguageModel model = adapted();
    SftTrainer trainer(model, {});
    const auto message = [&](const Sequences& ids, const Sequences& labels) -> std::string {
        try {
            static_cast<void>(trainer.step(model, ids, labels, anabranch::Random(0)));
        } catch (const anabranch::Error& error) {
            return error.what();
        }
        return "none";
    };
    CHECK(message({{1, 2}}, {{ignored_label, ignored_label}}).find("no token counts") != std::string::npos);
    CHECK(message({{1, 2}, {3, 4}}, {{1, 2}, {3}}).find("row 1 has 2 ids, but 1 labels") != std::string::npos);
    CHECK(message({{1, 2, 3}}, {{1, 2, 4}}).find("position 2 is 4; expected the id there, 3") != std::string::npos);
    CHECK(message({{1, 2}, {3, 999999}}, {{1, 2}, {3, 999999}}).find("outside the model's vocabulary") !=
          std::string::npos);
    for (const at::Tensor& parameter : model.parameters()) CHECK_FALSE(parameter.grad().defined());

    at::Tensor(model.parameters().front()).mutable_data_ptr<float>()[0] = NAN;
    CHECK(message({{1, 2}}, {{1, 2}}).find("the loss of rows 0 to 0 is nan") != std::string::npos);
    CHECK_THROWS_WITH_AS(SftTrainer(LanguageModel(tiny_parts()), {}), doctest::Contains("nothing to train"),
                         anabranch::Error);
}
