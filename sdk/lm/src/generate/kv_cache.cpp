#include "kv_cache.h"

#include <ATen/ATen.h>

#include <cstring>

namespace anabranch::lm {

KvCache::KvCache(const LlamaWeights& weights, std::int64_t slots, std::int64_t capacity)
    : layout_(weights.config.attention) {
    for (std::size_t layer = 0; layer < weights.layers.size(); ++layer) {
        for (auto* list : {&keys_, &values_}) {
            list->push_back(at::empty({slots, layout_.kv_heads, capacity, layout_.head_dim}, weights.options()));
        }
    }
}

void KvCache::store_prompt(std::size_t layer, std::int64_t slot, const at::Tensor& qkv_rows) {
    const std::int64_t length = qkv_rows.size(0);
    const auto store = [&](const at::Tensor& cache, std::int64_t column) {
        const at::Tensor rows =
            qkv_rows.narrow(1, column, layout_.kv_width()).view({length, layout_.kv_heads, layout_.head_dim});
        cache[slot].narrow(1, 0, length).copy_(rows.transpose(0, 1));
    };
    store(keys_[layer], layout_.query_width());
    store(values_[layer], layout_.query_width() + layout_.kv_width());
}

void KvCache::store_tokens(std::size_t layer, std::span<const std::int64_t> slots,
                           std::span<const std::int64_t> positions, const at::Tensor& qkv) {
    const auto store = [&](const at::Tensor& cache, std::int64_t column) {
        if (!cache.is_cpu()) {
            for (std::size_t i = 0; i < slots.size(); ++i) {
                const at::Tensor row = qkv[static_cast<std::int64_t>(i)].narrow(0, column, layout_.kv_width());
                cache[slots[i]].select(1, positions[i]).copy_(row.view({layout_.kv_heads, layout_.head_dim}));
            }
            return;
        }
        // Copies of a few hundred bytes: an operator's overhead would be most of a small model's decode step.
        const std::size_t element = cache.element_size();
        const std::size_t bytes = static_cast<std::size_t>(layout_.head_dim) * element;
        const auto* from = static_cast<const char*>(qkv.const_data_ptr());
        auto* to = static_cast<char*>(cache.mutable_data_ptr());
        for (std::size_t i = 0; i < slots.size(); ++i) {
            const std::int64_t start = static_cast<std::int64_t>(i) * qkv.stride(0) + column;
            for (std::int64_t head = 0; head < layout_.kv_heads; ++head) {
                const std::int64_t place = (slots[i] * layout_.kv_heads + head) * cache.size(2) + positions[i];
                std::memcpy(to + static_cast<std::size_t>(place) * bytes,
                            from + static_cast<std::size_t>(start + head * layout_.head_dim) * element, bytes);
            }
        }
    };
    store(keys_[layer], layout_.query_width());
    store(values_[layer], layout_.query_width() + layout_.kv_width());
}

}  // namespace anabranch::lm
