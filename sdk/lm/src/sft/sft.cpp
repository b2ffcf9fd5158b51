#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/kernels/cross_entropy.h>
#include <anabranch/lm/sft/sft.h>

#include <cmath>

#include "../model/parts.h"

namespace anabranch::lm {

SftBatch pack_sft(const LanguageModel& model, std::span<const std::vector<std::int64_t>> ids,
                  std::span<const std::vector<std::int64_t>> labels) {
    if (ids.size() != labels.size()) throw Error(cat(ids.size(), " rows of ids, but ", labels.size(), " of labels"));
    std::vector<std::int64_t> rows;
    std::vector<std::int64_t> targets;
    std::int64_t first = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i].size() != labels[i].size()) {
            throw Error(cat("row ", i, " has ", ids[i].size(), " ids, but ", labels[i].size(), " labels"));
        }
        for (std::size_t t = 1; t < ids[i].size(); ++t) {
            if (labels[i][t] == ignored_label) continue;
            if (labels[i][t] != ids[i][t]) {
                throw Error(cat("row ", i, ": the label at position ", t, " is ", labels[i][t],
                                "; expected the id there, ", ids[i][t], ", or ", ignored_label, " for no loss"));
            }
            rows.push_back(first + static_cast<std::int64_t>(t) - 1);
            targets.push_back(labels[i][t]);
        }
        first += static_cast<std::int64_t>(ids[i].size());
    }
    SftBatch packed{model.pack(ids), {}, {}};
    const at::Device device = packed.batch.ids.device();
    packed.rows = at::tensor(rows, at::kLong).to(device);
    packed.targets = at::tensor(targets, at::kLong).to(device);
    return packed;
}

std::int64_t count_targets(std::span<const std::vector<std::int64_t>> labels) {
    std::int64_t count = 0;
    for (const auto& row : labels) {
        for (std::size_t t = 1; t < row.size(); ++t) count += row[t] == ignored_label ? 0 : 1;
    }
    return count;
}

at::Tensor sft_loss_sum(const LanguageModel& model, const SftBatch& batch, ForwardOptions how) {
    how.rows = batch.rows;
    return cross_entropy_sum(model.hidden(batch.batch, how), model.weights()->head, batch.targets,
                             model.trained_head());
}

double SftEvaluation::perplexity() const {
    return std::exp(loss);
}

SftEvaluation& SftEvaluation::operator+=(const SftEvaluation& other) {
    const auto sum = [](const SftEvaluation& part) { return part.loss * static_cast<double>(part.tokens); };
    const double both = sum(*this) + sum(other);
    tokens += other.tokens;
    if (tokens > 0) loss = both / static_cast<double>(tokens);
    return *this;
}

SftEvaluation evaluate_sft(const LanguageModel& model, const Sequences& ids, const Sequences& labels,
                           std::int64_t tokens) {
    const at::NoGradGuard no_grad;
    double total = 0;
    SftEvaluation result;
    const auto size = [&](std::size_t row) { return static_cast<std::int64_t>(ids[row].size()); };
    for_parts(ids.size(), tokens, size, [&](std::size_t first, std::size_t count) {
        const SftBatch part =
            pack_sft(model, std::span(ids).subspan(first, count), std::span(labels).subspan(first, count));
        total += sft_loss_sum(model, part).item<double>();
        result.tokens += part.count();
    });
    if (result.tokens > 0) result.loss = total / static_cast<double>(result.tokens);
    return result;
}

}  // namespace anabranch::lm
