#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/generate/generate.h>
#include <anabranch/lm/kernels/linear.h>
#include <anabranch/lm/kernels/rms_norm.h>

#include <algorithm>

#include "../model/layer.h"
#include "kv_cache.h"

namespace anabranch::lm {
namespace {

/// A row under way.
struct Active {
    std::size_t row;
    std::int64_t slot;
    std::int64_t length;  // tokens in the cache
};

class Generator {
  public:
    Generator(const LanguageModel& model, std::span<const std::vector<std::int64_t>> prompts,
              const GenerateOptions& options, const Random& random)
        : model_(model),
          weights_(*model.weights()),
          prompts_(prompts),
          options_(options),
          random_(random),
          slots_(std::min<std::int64_t>(options.slots, static_cast<std::int64_t>(prompts.size()))),
          cache_(weights_, slots_, longest_prompt() + options.max_new_tokens),
          result_{std::vector<std::vector<std::int64_t>>(prompts.size()),
                  std::vector<std::vector<float>>(prompts.size()), std::vector<std::vector<float>>(prompts.size())} {
        for (std::size_t layer = 0; layer < weights_.layers.size(); ++layer) {
            adapters_.push_back(fuse_layer(model.lora(), weights_.config, layer, weights_.norm.scalar_type()));
        }
        for (std::int64_t slot = slots_; slot > 0; --slot) free_.push_back(slot - 1);
        pack_weights();
    }

    Generated run() {
        while (next_ < prompts_.size() || !active_.empty()) {
            // Refilling a few slots at a time keeps the products of a refill large.
            const auto free = static_cast<std::int64_t>(free_.size());
            if (next_ < prompts_.size() && (active_.empty() || free * 4 >= slots_)) start_prompts();
            if (!active_.empty()) decode();
        }
        return std::move(result_);
    }

  private:
    [[nodiscard]] std::int64_t longest_prompt() const {
        std::size_t longest = 0;
        for (std::size_t i = 0; i < prompts_.size(); ++i) {
            if (prompts_[i].empty()) throw Error(cat("row ", i, ": the prompt has no tokens"));
            const std::int64_t whole = static_cast<std::int64_t>(prompts_[i].size()) + options_.max_new_tokens;
            if (whole > weights_.config.context) {
                throw Error(cat("row ", i, ": a prompt of ", prompts_[i].size(), " tokens and ",
                                options_.max_new_tokens, " new ones are more than the model's context of ",
                                weights_.config.context,
                                "; lower max_new_tokens, or shorten such rows (text.tokenize: max_tokens, too_long)"));
            }
            longest = std::max(longest, prompts_[i].size());
        }
        return static_cast<std::int64_t>(longest);
    }

    /// The weights for decoding. Laying them out costs about one step, and a copy: of a large model that is too much.
    void pack_weights() {
        constexpr std::int64_t enough_steps = 16;
        constexpr std::int64_t most_bytes = std::int64_t{1} << 30;
        const bool pays = options_.max_new_tokens >= enough_steps && weights_.bytes() <= most_bytes;
        const auto packed = [&](const auto& weight) { return pays ? packed_for_rows(weight, slots_) : weight; };
        head_ = packed(weights_.head);
        for (LayerWeights layer : weights_.layers) {
            for (auto* weight : {&layer.qkv, &layer.output, &layer.gate_up, &layer.down}) *weight = packed(*weight);
            layers_.push_back(std::move(layer));
        }
    }

    void start_prompts() {
        std::vector<Active> started;
        std::vector<std::vector<std::int64_t>> sequences;
        while (!free_.empty() && next_ < prompts_.size()) {
            started.push_back({next_, free_.back(), static_cast<std::int64_t>(prompts_[next_].size())});
            sequences.push_back(prompts_[next_]);
            free_.pop_back();
            ++next_;
        }
        const PackedBatch batch = model_.pack(sequences);
        std::vector<std::int64_t> last;
        for (std::size_t i = 0; i < started.size(); ++i) last.push_back(batch.offsets[i + 1] - 1);
        const at::Tensor last_rows = index(last);
        at::Tensor x = weights_.embed(batch.ids);
        for (std::size_t layer = 0; layer < weights_.layers.size(); ++layer) {
            x = layer_forward(
                weights_.layers[layer], weights_.config, weights_.rope, adapters_[layer], x, batch.positions,
                [&](const at::Tensor& qkv) {
                    for (std::size_t i = 0; i < started.size(); ++i) {
                        cache_.store_prompt(layer, started[i].slot, qkv.narrow(0, batch.offsets[i], started[i].length));
                    }
                    return packed_attention(qkv, batch.offsets, weights_.config.attention);
                },
                {}, layer + 1 == weights_.layers.size() ? last_rows : at::Tensor(), nullptr);
        }
        choose(std::move(started), x);
    }

    void decode() {
        std::vector<std::int64_t> ids;
        std::vector<std::int64_t> slots;
        std::vector<std::int64_t> positions;
        std::vector<std::int64_t> lengths;
        for (Active& row : active_) {
            ids.push_back(result_.ids[row.row].back());
            slots.push_back(row.slot);
            positions.push_back(row.length);
            lengths.push_back(++row.length);
        }
        const at::Tensor position_index = index(positions);
        at::Tensor x = weights_.embed(index(ids));
        for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
            x = layer_forward(
                layers_[layer], weights_.config, weights_.rope, adapters_[layer], x, position_index,
                [&](const at::Tensor& qkv) {
                    cache_.store_tokens(layer, slots, positions, qkv);
                    return Attention{cached_attention(qkv, cache_.keys(layer), cache_.values(layer), slots, lengths,
                                                      weights_.config.attention),
                                     {}};
                },
                {}, {}, nullptr);
        }
        choose(std::exchange(active_, {}), x);
    }

    /// Samples the next token of each row from its last hidden state; rows that go on become active.
    void choose(std::vector<Active> rows, const at::Tensor& x) {
        const at::Tensor hidden = rms_norm(x, weights_.norm, weights_.config.rms_eps).y;
        std::vector<RowDraw> draws;
        for (const Active& row : rows) draws.push_back({row.row, result_.ids[row.row].size()});
        const Sampled sampled = sample(project(hidden, head_), draws, options_.sampler, random_);
        at::Tensor values;
        if (model_.parts().value_head) values = model_.value_head()(hidden).cpu();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const std::size_t row = rows[i].row;
            result_.ids[row].push_back(sampled.ids[i]);
            result_.logprobs[row].push_back(sampled.logprobs[i]);
            if (values.defined()) result_.values[row].push_back(values.const_data_ptr<float>()[i]);
            const bool stopped = std::ranges::find(options_.stop_ids, sampled.ids[i]) != options_.stop_ids.end();
            if (stopped || static_cast<std::int64_t>(result_.ids[row].size()) >= options_.max_new_tokens) {
                free_.push_back(rows[i].slot);
            } else {
                active_.push_back(rows[i]);
            }
        }
    }

    [[nodiscard]] at::Tensor index(const std::vector<std::int64_t>& list) const {
        return at::tensor(list, at::kLong).to(weights_.embedding.device());
    }

    const LanguageModel& model_;
    const LlamaWeights& weights_;
    std::span<const std::vector<std::int64_t>> prompts_;
    const GenerateOptions& options_;
    const Random& random_;
    std::int64_t slots_;
    KvCache cache_;
    Generated result_;
    std::vector<LayerLora> adapters_;
    std::vector<LayerWeights> layers_;  // for decoding
    Weight head_;
    std::vector<std::int64_t> free_;
    std::vector<Active> active_;
    std::size_t next_ = 0;
};

}  // namespace

Generated generate(const LanguageModel& model, std::span<const std::vector<std::int64_t>> prompts,
                   const GenerateOptions& options, const Random& random) {
    const at::NoGradGuard no_grad;
    if (prompts.empty()) return {};
    return Generator(model, prompts, options, random).run();
}

}  // namespace anabranch::lm
