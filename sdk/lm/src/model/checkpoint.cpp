#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/checkpoint/gguf.h>
#include <anabranch/lm/checkpoint/safetensors_folder.h>
#include <anabranch/lm/model/checkpoint.h>
#include <anabranch/lm/model/saved_adapter.h>
#include <anabranch/lm/tensor/tensor_file.h>
#include <anabranch/lm/tokenizer/from_gguf.h>
#include <anabranch/lm/tokenizer/open_tokenizer.h>

namespace anabranch::lm {
namespace {

namespace fs = std::filesystem;

CheckpointSource open_gguf(const fs::path& path) {
    const auto file = std::make_shared<const GgufFile>(path);
    CheckpointSource opened;
    opened.config = config_from_gguf(*file);
    opened.weights = gguf_weights(file, opened.config);
    opened.tokenizer = tokenizer_from_gguf(*file);
    opened.description = "GGUF file";
    return opened;
}

CheckpointSource open_folder(const fs::path& path) {
    CheckpointSource opened;
    opened.config = config_from_json(path / "config.json");
    const auto folder = std::make_shared<const SafetensorsFolder>(path);
    if (folder->has("score.weight")) {
        const SafetensorsFile& file = folder->file_of("score.weight");
        opened.score_head = score_head_of(load_tensor(file, "score.weight"), opened.config.hidden, file.name());
        // What a run saved keeps the head once more, with its normalisation.
        if (auto own = read_score_head(path, opened.config.hidden)) opened.score_head = std::move(own);
        opened.language_model = false;
        opened.config.tied_head = true;  // a classifier has no head of its own to read
    }
    opened.weights = safetensors_weights(folder, opened.config);
    opened.tokenizer = open_tokenizer(path);
    opened.description = "Hugging Face folder";
    if (folder->shard_count() > 1) opened.description += cat(", ", folder->shard_count(), " shards");
    return opened;
}

CheckpointSource open_any(const fs::path& path, const std::optional<fs::path>& base, int depth);

fs::path base_of(const SavedAdapter& adapter) {
    const fs::path config = adapter.directory / "adapter_config.json";
    const fs::path named = adapter.directory / adapter.base;  // an absolute base stays what it is
    if (!adapter.base.empty() && fs::exists(named)) return named;
    throw Error(cat(config.string(), ": $.base_model_name_or_path is \"", adapter.base, "\", and there is no ",
                    named.string(),
                    "; nothing is fetched from a hub: get the base and give its path as base_checkpoint"));
}

CheckpointSource open_adapter(const fs::path& path, const std::optional<fs::path>& base, int depth) {
    if (depth > 8)
        throw Error(cat(path.string(), ": more than 8 adapters stand on each other; do they name each other?"));
    const SavedAdapter adapter = read_saved_adapter(path);
    CheckpointSource opened = open_any(base ? *base : base_of(adapter), {}, depth + 1);
    opened.weights = merged_weights(std::move(opened.weights), adapter, opened.config);
    if (auto head = read_score_head(path, opened.config.hidden)) opened.score_head = std::move(head);
    if (fs::exists(path / "tokenizer.json") || fs::exists(path / "tokenizer.model"))
        opened.tokenizer = open_tokenizer(path);
    opened.description += cat(", adapter ", path.filename().string(), " merged");
    return opened;
}

CheckpointSource open_any(const fs::path& path, const std::optional<fs::path>& base, int depth) {
    if (!fs::exists(path)) throw Error(cat(path.string(), ": no such file or folder"));
    if (is_adapter(path)) return open_adapter(path, base, depth);
    if (base) throw Error(cat(path.string(), ": base_checkpoint is for an adapter's directory, and this is none"));
    if (fs::exists(path / "config.json")) return open_folder(path);
    if (fs::is_directory(path)) {
        throw Error(cat(path.string(),
                        ": has neither config.json (a Hugging Face folder) nor adapter_config.json (an "
                        "adapter); a checkpoint is one of these or a GGUF file"));
    }
    if (path.extension() == ".safetensors")
        throw Error(
            cat(path.string(), ": is the weights alone; give its folder, which has config.json and a tokenizer"));
    return open_gguf(path);
}

}  // namespace

CheckpointSource open_checkpoint_source(const fs::path& path, const std::optional<fs::path>& base) {
    CheckpointSource opened = open_any(path, base, 0);
    opened.path = fs::absolute(path).lexically_normal().string();
    if (opened.tokenizer->vocabulary_size() > opened.config.vocabulary) {
        throw Error(cat(path.string(), ": the tokenizer has ", opened.tokenizer->vocabulary_size(),
                        " tokens, the embedding only ", opened.config.vocabulary,
                        " rows; one of them is another model's"));
    }
    return opened;
}

Checkpoint open_checkpoint(const fs::path& path, const Compute& compute, const std::optional<fs::path>& base) {
    CheckpointSource source = open_checkpoint_source(path, base);
    if (source.score_head)
        source.score_head->weight = source.score_head->weight.detach().to(compute.device).requires_grad_(true);
    return {std::move(source.path),      build_weights(source.config, *source.weights, compute),
            std::move(source.tokenizer), std::move(source.score_head),
            source.language_model,       std::move(source.description)};
}

}  // namespace anabranch::lm
