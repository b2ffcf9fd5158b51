#include <ATen/ATen.h>
#include <anabranch/lm/export/export_model.h>
#include <anabranch/lm/model/adapter_file.h>
#include <anabranch/lm/model/checkpoint.h>
#include <anabranch/lm/model/language_model.h>

namespace anabranch::lm {
namespace {

const LinearHead& required(const std::optional<LinearHead>& head, std::string_view name) {
    if (!head) throw Error(cat("the model has no ", name, " head"));
    return *head;
}

}  // namespace

const LinearHead& LanguageModel::value_head() const {
    return required(parts_.value_head, "value");
}
const LinearHead& LanguageModel::score_head() const {
    return required(parts_.score_head, "score");
}

void LanguageModel::set_score_normalisation(double mean, double deviation) {
    static_cast<void>(score_head());
    parts_.score_head->set_normalisation(mean, deviation);
}

std::vector<at::Tensor> LanguageModel::parameters() const {
    std::vector<at::Tensor> all;
    if (parts_.full) all = parts_.full->parameters();
    if (parts_.lora) {
        const auto adapter = parts_.lora->parameters();
        all.insert(all.end(), adapter.begin(), adapter.end());
    }
    for (const auto* head : {&parts_.value_head, &parts_.score_head}) {
        if (!*head) continue;
        all.push_back((*head)->weight);
        if ((*head)->bias.defined()) all.push_back((*head)->bias);
    }
    return all;
}

PackedBatch LanguageModel::pack(std::span<const std::vector<std::int64_t>> sequences) const {
    return lm::pack(sequences, config().vocabulary, config().context, weights()->embedding.device());
}

at::Tensor LanguageModel::hidden(const PackedBatch& batch, const ForwardOptions& options) const {
    return hidden_states(weights(), lora(), batch, options, parts_.full.get());
}

void LanguageModel::parameters_changed() const {
    if (parts_.full) parts_.full->refresh();
}

std::string LanguageModel::describe() const {
    std::int64_t trained = 0;
    for (const auto& parameter : parameters()) trained += parameter.numel();
    const auto millions = [](std::int64_t count) { return cat(static_cast<double>(count / 10000) / 100, " M"); };
    const std::string kept = weights()->embedding.quantised()
                                 ? cat("int8 with a scale for each row, ", millions(weights()->bytes()), "B; ")
                                 : std::string();
    return cat(millions(weights()->count()), " weights (", kept, parts_.compute, "), ", millions(trained), " trained");
}

std::shared_ptr<const Resource> LanguageModel::snapshot() const {
    Parts copy = parts_;
    if (parts_.full) {
        copy.weights = parts_.full->snapshot();
        copy.full = nullptr;
    }
    if (parts_.lora) copy.lora = parts_.lora->snapshot();
    if (parts_.value_head) copy.value_head = parts_.value_head->snapshot();
    if (parts_.score_head) copy.score_head = parts_.score_head->snapshot();
    return std::make_shared<const LanguageModel>(std::move(copy));
}

std::shared_ptr<const Resource> LanguageModel::view(std::string_view name) const {
    if (name != "base" || parts_.full) return Resource::view(name);
    return std::make_shared<const LanguageModel>(
        Parts{parts_.checkpoint, parts_.weights, parts_.tokenizer, {}, {}, {}, parts_.compute});
}

LanguageModel LanguageModel::exact() const {
    Parts copy = parts_;
    if (parts_.full) copy.weights = parts_.full->exact();
    copy.full = nullptr;
    return LanguageModel(std::move(copy));
}

void LanguageModel::save(const std::filesystem::path& directory) const {
    // A copy of a model that is trained in full has nothing of its own but weights.
    const bool weights_alone = !parts_.lora && !parts_.value_head && !parts_.score_head;
    if (parts_.full || weights_alone) export_huggingface(exact(), directory, at::kFloat);
    if (parts_.lora) {
        save_adapter(directory, *parts_.lora, parts_.checkpoint, parts_.score_head ? &*parts_.score_head : nullptr);
    }
    if (parts_.value_head) save_head(directory / value_head_file, "v_head.summary", *parts_.value_head);
    if (parts_.score_head) save_head(directory / score_head_file, "score", *parts_.score_head);
}

void LanguageModel::load(const std::filesystem::path& directory) {
    if (parts_.full) {
        const CheckpointSource saved = open_checkpoint_source(directory);
        const at::Device device = parts_.full->exact()->embedding.device();
        parts_.full->assign(*build_weights(saved.config, *saved.weights, {at::kFloat, device, {}}));
    }
    if (parts_.lora) load_adapter(directory, *parts_.lora);
    if (parts_.value_head) load_head(directory / value_head_file, "v_head.summary", *parts_.value_head);
    if (parts_.score_head) load_head(directory / score_head_file, "score", *parts_.score_head);
}

}  // namespace anabranch::lm
