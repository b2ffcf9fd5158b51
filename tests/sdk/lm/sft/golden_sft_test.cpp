#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/json/json.h>
#include <anabranch/lm/sft/sft_trainer.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/golden.h"
#include "sdk/lm/support/recorded_training.h"
#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

struct Rows {
    Sequences ids;
    Sequences labels;
};

/// The recorded rows without their padding.
Rows rows_of(const Golden& recorded) {
    const at::Tensor mask = recorded["attention_mask"];
    const auto part = [&](const at::Tensor& matrix, std::int64_t row) {
        const at::Tensor values = matrix[row].narrow(0, 0, mask[row].sum().item<std::int64_t>()).contiguous();
        const auto* first = values.const_data_ptr<std::int64_t>();
        return std::vector(first, first + values.numel());
    };
    Rows rows;
    for (std::int64_t row = 0; row < mask.size(0); ++row) {
        rows.ids.push_back(part(recorded["input_ids"], row));
        rows.labels.push_back(part(recorded["labels"], row));
    }
    return rows;
}

}  // namespace

TEST_CASE("LoRA steps on answers alone are peft's: loss, norm, rate, weights; microbatches count by their tokens") {
    const Golden recorded("sft_answer.safetensors");
    const Rows rows = rows_of(recorded);
    const Json run = Json::read_file(golden("sft.json")).at("runs").at(1);
    for (const std::int64_t parts : {1, 2, 4}) {
        CAPTURE(parts);
        const LanguageModel model = with_recorded_lora(recorded, {});
        SftTrainer trainer(model, {.training = training_options(run), .gradient_accumulation_steps = parts});
        for (std::size_t step = 0; step < run.at("log").size(); ++step) {
            check_line(trainer.step(model, rows.ids, rows.labels, anabranch::Random(0)), run.at("log").at(step));
        }
        check_recorded_lora(model, recorded);
    }
}
