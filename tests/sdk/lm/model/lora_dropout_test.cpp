#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/model/language_model.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/golden.h"

using namespace anabranch;
using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

const std::vector<std::vector<std::int64_t>> sequences{{5, 6, 7, 8}, {9, 10, 11}};

/// The tiny model with an adapter that does something: A as it starts, B of this size.
LanguageModel with_dropout(double dropout, std::vector<Module> targets, double size) {
    auto parts = tiny_parts();
    parts.lora.emplace(LoraConfig{4, 8, dropout, std::move(targets)}, parts.weights->config, Random(1), at::kCPU);
    LanguageModel model(std::move(parts));
    const at::NoGradGuard no_grad;
    const Random random(2);
    std::uint64_t drawn = 0;
    for (at::Tensor parameter : model.parameters()) {
        if (parameter.size(1) != 4) continue;  // an A
        float* values = parameter.mutable_data_ptr<float>();
        for (std::int64_t i = 0; i < parameter.numel(); ++i)
            values[i] = static_cast<float>((2 * random.uniform(drawn++) - 1) * size);
    }
    return model;
}

at::Tensor hidden(const LanguageModel& model, std::optional<Random> dropout) {
    return model.hidden(model.pack(sequences), {.dropout = dropout});
}

}  // namespace

TEST_CASE("LoRA dropout: without a key, and with probability 0, nothing is dropped") {
    const at::NoGradGuard no_grad;
    const at::Tensor plain = hidden(with_dropout(0, {Module::q, Module::down}, 0.2), std::nullopt);
    CHECK(at::equal(hidden(with_dropout(0.5, {Module::q, Module::down}, 0.2), std::nullopt), plain));
    CHECK(at::equal(hidden(with_dropout(0, {Module::q, Module::down}, 0.2), Random(3)), plain));
}

TEST_CASE("LoRA dropout: a key gives its masks, another key others, and recording for a backward changes nothing") {
    const LanguageModel model = with_dropout(0.5, {Module::q, Module::gate}, 0.2);
    const at::Tensor recorded = hidden(model, Random(3));
    const at::NoGradGuard no_grad;
    CHECK(at::equal(hidden(model, Random(3)), hidden(model, Random(3))));
    CHECK(at::equal(hidden(model, Random(3)), recorded));
    CHECK_FALSE(at::equal(hidden(model, Random(3)), hidden(model, Random(4))));
    CHECK_FALSE(at::equal(hidden(model, Random(3)), hidden(model, std::nullopt)));
}

TEST_CASE("LoRA dropout: what is left is scaled up, so that the mean over masks is that without dropout") {
    // An adapter so small that the final norm is linear in what it adds.
    const at::NoGradGuard no_grad;
    const at::Tensor base = hidden(with_dropout(0.5, {Module::down}, 0), std::nullopt);
    const LanguageModel model = with_dropout(0.5, {Module::down}, 1e-2);
    const at::Tensor whole = hidden(model, std::nullopt) - base;
    constexpr int keys = 400;
    at::Tensor mean = at::zeros_like(whole);
    double single = 0;
    for (std::uint64_t key = 0; key < keys; ++key) {
        const at::Tensor dropped = hidden(model, Random(key)) - base;
        single += (dropped - whole).norm().item<double>() / keys;
        mean += dropped / keys;
    }
    const double size = whole.norm().item<double>();
    CHECK(single > 0.5 * size);  // one mask is far off
    CHECK((mean - whole).norm().item<double>() < 0.15 * size);
}

TEST_CASE("LoRA dropout: gradients are those of the masked forward, by finite differences") {
    for (const std::vector<Module>& targets :
         {std::vector<Module>{Module::q, Module::k, Module::v, Module::o}, {Module::gate, Module::up, Module::down}}) {
        const LanguageModel model = with_dropout(0.5, targets, 0.2);
        const at::Tensor weights = at::sin(at::arange(7 * 64, at::kFloat)).view({7, 64});
        const auto loss = [&](std::optional<Random> key) {
            return (hidden(model, key).to(at::kDouble) * weights).sum();
        };
        const auto slope = [&](std::optional<Random> key, const std::vector<at::Tensor>& direction) {
            for (at::Tensor parameter : model.parameters()) parameter.mutable_grad() = at::Tensor();
            loss(key).backward();
            double sum = 0;
            for (std::size_t i = 0; i < direction.size(); ++i)
                sum += (model.parameters()[i].grad() * direction[i]).sum().item<double>();
            return sum;
        };
        for (const std::size_t chosen : {0, 1}) {  // along A's, along B's
            std::vector<at::Tensor> direction;
            for (std::size_t i = 0; i < model.parameters().size(); ++i) {
                const at::Tensor parameter = model.parameters()[i];
                const at::Tensor waves = at::cos(at::arange(parameter.numel(), at::kFloat) * 1.7);
                direction.push_back(waves.view(parameter.sizes()) * (i % 2 == chosen ? 1.0 : 0.0));
            }
            const auto moved = [&](double step) {
                const at::NoGradGuard no_grad;
                for (std::size_t i = 0; i < direction.size(); ++i) model.parameters()[i].add_(direction[i], step);
                const double value = loss(Random(3)).item<double>();
                for (std::size_t i = 0; i < direction.size(); ++i) model.parameters()[i].sub_(direction[i], step);
                return value;
            };
            constexpr double step = 2e-3;
            const double numeric = (moved(step) - moved(-step)) / (2 * step);
            const double masked = slope(Random(3), direction);
            CAPTURE(chosen);
            CAPTURE(numeric);
            CHECK(masked == doctest::Approx(numeric).epsilon(0.01));
            CHECK(std::abs(slope(std::nullopt, direction) - numeric) > 0.05 * std::abs(numeric));
        }
    }
}
