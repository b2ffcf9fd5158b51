#pragma once

#include <anabranch/lm/kernels/attention.h>

#include <cstdint>
#include <span>

namespace anabranch::lm::kernels {

/// Causal attention of a packed batch on the CPU, float or BFloat16, all sums in float32. A task is one (sequence, kv
/// head) with its group of query heads; tasks are independent, number task is sequence * kv_heads + kv_head.
template <typename T>
struct CausalForward {
    const T* qkv;      // [T, width]
    T* out;            // [T, heads * head_dim]
    float* logsumexp;  // [T, heads]
    std::span<const std::int64_t> offsets;
    HeadLayout layout;
};
template <typename T>
struct CausalBackward {
    const T* d_out;          // [T, heads * head_dim]
    const T* qkv;            // [T, width]
    const T* out;            // of the forward
    const float* logsumexp;  // of the forward
    T* d_qkv;                // [T, width]
    std::span<const std::int64_t> offsets;
    HeadLayout layout;
};

void run_tasks(const CausalForward<float>& pass, std::int64_t first, std::int64_t last);
void run_tasks(const CausalForward<c10::BFloat16>& pass, std::int64_t first, std::int64_t last);
void run_tasks(const CausalBackward<float>& pass, std::int64_t first, std::int64_t last);
void run_tasks(const CausalBackward<c10::BFloat16>& pass, std::int64_t first, std::int64_t last);

}  // namespace anabranch::lm::kernels
