#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/sft/sft_trainer.h>

#include <cmath>

#include "../model/parts.h"

namespace anabranch::lm {
namespace {

std::int64_t count_tokens(const Sequences& ids) {
    std::int64_t tokens = 0;
    for (const auto& row : ids) tokens += static_cast<std::int64_t>(row.size());
    return tokens;
}

}  // namespace

SftTrainer::SftTrainer(const LanguageModel& model, const SftOptions& options)
    : options_(options), training_(model.parameters(), options.training) {
    if (options_.gradient_accumulation_steps < 1) {
        throw Error(
            cat("gradient_accumulation_steps is ", options_.gradient_accumulation_steps, "; expected at least 1"));
    }
}

std::map<std::string, double> SftTrainer::step(const LanguageModel& model, const Sequences& ids,
                                               const Sequences& labels, const Random& random) {
    const std::int64_t targets = count_targets(labels);
    if (targets == 0) throw Error("there is nothing to learn from: no token counts in any row");
    double loss = 0;
    try {
        loss = add_gradients(model, ids, labels, targets, random) / static_cast<double>(targets);
    } catch (...) {
        training_.drop_gradients();
        throw;
    }
    const Training::Step done = training_.step();
    model.parameters_changed();
    return {{"loss", loss},
            {"learning_rate", done.learning_rate},
            {"grad_norm", done.grad_norm},
            {"tokens", static_cast<double>(targets)}};
}

double SftTrainer::add_gradients(const LanguageModel& model, const Sequences& ids, const Sequences& labels,
                                 std::int64_t targets, const Random& random) const {
    const std::int64_t parts = options_.gradient_accumulation_steps;
    const std::int64_t tokens = (count_tokens(ids) + parts - 1) / parts;
    const auto size = [&](std::size_t row) { return static_cast<std::int64_t>(ids[row].size()); };
    double total = 0;
    for_parts(ids.size(), tokens, size, [&](std::size_t first, std::size_t count) {
        const SftBatch part =
            pack_sft(model, std::span(ids).subspan(first, count), std::span(labels).subspan(first, count));
        if (part.count() == 0) return;
        const at::Tensor loss = sft_loss_sum(
            model, part, {.dropout = random.fork(first), .checkpoint_layers = options_.gradient_checkpointing});
        const auto value = loss.item<double>();
        if (!std::isfinite(value)) {
            throw Error(cat("the loss of rows ", first, " to ", first + count - 1, " is ", value,
                            "; expected a finite number: is the learning rate too high, or a weight of the model not "
                            "finite?"));
        }
        (loss / targets).backward();
        total += value;
    });
    return total;
}

}  // namespace anabranch::lm
