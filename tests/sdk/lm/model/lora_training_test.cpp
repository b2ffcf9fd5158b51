#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/kernels/token_logprobs.h>
#include <anabranch/lm/rl/optimiser.h>
#include <doctest/doctest.h>

#include <algorithm>

#include "sdk/lm/support/golden.h"
#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

LanguageModel with_lora(std::vector<Module> targets) {
    auto parts = tiny_parts();
    parts.lora.emplace(LoraConfig{4, 8, 0, std::move(targets)}, parts.weights->config, anabranch::Random(1), at::kCPU);
    return LanguageModel(std::move(parts));
}

/// Rows of the recorded batch without their padding, and mean cross entropy over every token that has a label.
class Task {
  public:
    Task(const Golden& recorded, const LanguageModel& model) : model_(model) {
        const at::Tensor ids = recorded["input_ids"];
        const at::Tensor labels = recorded["labels"];
        const at::Tensor mask = recorded["attention_mask"];
        std::vector<std::vector<std::int64_t>> sequences;
        std::vector<std::int64_t> rows;
        std::vector<std::int64_t> targets;
        std::int64_t first = 0;
        for (std::int64_t row = 0; row < ids.size(0); ++row) {
            const auto length = mask[row].sum().item<std::int64_t>();
            sequences.emplace_back();
            for (std::int64_t t = 0; t < length; ++t) {
                sequences.back().push_back(ids[row][t].item<std::int64_t>());
                if (t + 1 < length && labels[row][t + 1].item<std::int64_t>() != -100) {
                    rows.push_back(first + t);
                    targets.push_back(labels[row][t + 1].item<std::int64_t>());
                }
            }
            first += length;
        }
        batch_ = model.pack(sequences);
        rows_ = at::tensor(rows);
        targets_ = at::tensor(targets);
    }

    at::Tensor loss() const {
        const at::Tensor hidden = model_.hidden(batch_, {.rows = rows_});
        return -token_logprobs(hidden, model_.weights()->head, targets_).logprobs.mean();
    }

  private:
    const LanguageModel& model_;
    PackedBatch batch_;
    at::Tensor rows_;
    at::Tensor targets_;
};

void check_run(const std::string& file, std::vector<Module> targets) {
    const Golden recorded(file);
    const LanguageModel model = with_lora(std::move(targets));
    const auto names = model.lora()->parameter_names();
    const auto parameters = model.lora()->parameters();
    {
        const at::NoGradGuard no_grad;
        for (std::size_t i = 0; i < names.size(); ++i) at::Tensor(parameters[i]).copy_(recorded["initial/" + names[i]]);
    }
    const Task task(recorded, model);
    Adam optimiser(parameters, {.learning_rate = 1e-3, .weight_decay = 0.01, .decoupled = true});
    for (std::int64_t step = 0; step < 3; ++step) {
        optimiser.zero_gradients();
        const at::Tensor loss = task.loss();
        loss.backward();
        CHECK(loss.item<double>() == doctest::Approx(recorded["losses"][step].item<double>()).epsilon(1e-5));
        for (std::size_t i = 0; step == 0 && i < names.size(); ++i) {
            CAPTURE(names[i]);
            CHECK(excess(parameters[i].grad(), recorded["gradient/" + names[i]], operation(at::kFloat)) < 1);
        }
        optimiser.step();
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        CAPTURE(names[i]);
        CHECK(excess(parameters[i], recorded["final/" + names[i]], test::model(at::kFloat)) < 1);
    }
}

}  // namespace

TEST_CASE("three LoRA steps on q_proj and v_proj are peft's: losses, gradients, weights") {
    check_run("lora_query_value.safetensors", {Module::q, Module::v});
}

TEST_CASE("three LoRA steps on all linear modules are peft's") {
    check_run("lora_all_linear.safetensors",
              {Module::q, Module::k, Module::v, Module::o, Module::gate, Module::up, Module::down});
}
