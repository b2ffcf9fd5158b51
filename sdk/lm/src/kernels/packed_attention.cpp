#include <ATen/ATen.h>
#include <anabranch/lm/kernels/attention.h>

#include <cmath>

#include "causal_attention.h"
#include "dispatch.h"

namespace anabranch::lm {
namespace {

struct Heads {
    at::Tensor q;
    at::Tensor k;
    at::Tensor v;
};

/// Neighbours of one length: they go through an operator together, each still attending to itself alone.
struct Run {
    std::int64_t first;  // row
    std::int64_t length;
    std::int64_t count;
    [[nodiscard]] at::Tensor rows(const at::Tensor& packed) const { return packed.narrow(0, first, count * length); }
};

/// Views of a run's rows as [count, heads, length, head_dim].
Heads split(const at::Tensor& qkv, const Run& run, const HeadLayout& layout) {
    const at::Tensor rows = run.rows(qkv);
    const auto view = [&](std::int64_t column, std::int64_t heads) {
        return rows.narrow(1, column, heads * layout.head_dim)
            .view({run.count, run.length, heads, layout.head_dim})
            .transpose(1, 2);
    };
    return {view(0, layout.heads), view(layout.query_width(), layout.kv_heads),
            view(layout.query_width() + layout.kv_width(), layout.kv_heads)};
}

at::Tensor expand_kv(const at::Tensor& kv, const HeadLayout& layout) {
    return kv.repeat_interleave(layout.heads / layout.kv_heads, 1);
}

/// The composite form, for what has no kernel of ours.
at::Tensor weights(const Heads& heads, const HeadLayout& layout) {
    const std::int64_t length = heads.q.size(2);
    const at::Tensor scores = at::matmul(heads.q, expand_kv(heads.k, layout).transpose(2, 3)).to(at::kFloat) /
                              std::sqrt(static_cast<double>(layout.head_dim));
    const at::Tensor future = at::ones({length, length}, scores.options().dtype(at::kBool)).triu(1);
    return at::softmax(scores.masked_fill(future, -INFINITY), -1);
}

template <typename Body>
void for_runs(std::span<const std::int64_t> offsets, Body body) {
    const auto length = [&](std::size_t i) { return offsets[i + 1] - offsets[i]; };
    for (std::size_t i = 0; i + 1 < offsets.size();) {
        std::size_t end = i + 1;
        while (end + 1 < offsets.size() && length(end) == length(i)) ++end;
        if (length(i) > 0) body(Run{offsets[i], length(i), static_cast<std::int64_t>(end - i)});
        i = end;
    }
}

/// Tasks on all threads; each is one (sequence, kv head).
template <typename Pass>
void run_all(const Pass& pass) {
    const auto sequences = static_cast<std::int64_t>(pass.offsets.size()) - 1;
    at::parallel_for(0, sequences * pass.layout.kv_heads, 1,
                     [&](std::int64_t first, std::int64_t last) { kernels::run_tasks(pass, first, last); });
}

}  // namespace

Attention packed_attention(const at::Tensor& qkv, std::span<const std::int64_t> offsets, const HeadLayout& layout) {
    Attention result{at::empty({qkv.size(0), layout.query_width()}, qkv.options()), {}};
    if (kernels::has_cpu_kernel(qkv)) {
        result.logsumexp = at::empty({qkv.size(0), layout.heads}, qkv.options().dtype(at::kFloat));
        kernels::for_element_type(qkv, [&]<typename T>(T) {
            run_all(kernels::CausalForward<T>{qkv.const_data_ptr<T>(), result.out.mutable_data_ptr<T>(),
                                              result.logsumexp.mutable_data_ptr<float>(), offsets, layout});
        });
        return result;
    }
    for_runs(offsets, [&](const Run& run) {
        const Heads heads = split(qkv, run, layout);
        const at::Tensor out = at::matmul(weights(heads, layout).to(qkv.scalar_type()), expand_kv(heads.v, layout));
        run.rows(result.out).view({run.count, run.length, layout.heads, layout.head_dim}).copy_(out.transpose(1, 2));
    });
    return result;
}

at::Tensor packed_attention_backward(const at::Tensor& d_out, const at::Tensor& qkv, const Attention& forward,
                                     std::span<const std::int64_t> offsets, const HeadLayout& layout) {
    at::Tensor d_qkv = at::empty_like(qkv);
    if (kernels::has_cpu_kernel(qkv)) {
        kernels::for_element_type(qkv, [&]<typename T>(T) {
            run_all(kernels::CausalBackward<T>{
                d_out.const_data_ptr<T>(), qkv.const_data_ptr<T>(), forward.out.const_data_ptr<T>(),
                forward.logsumexp.const_data_ptr<float>(), d_qkv.mutable_data_ptr<T>(), offsets, layout});
        });
        return d_qkv;
    }
    for_runs(offsets, [&](const Run& run) {
        const Heads heads = split(qkv, run, layout);
        Heads d = split(d_qkv, run, layout);
        const at::Tensor p = weights(heads, layout);
        const at::Tensor d_rows =
            run.rows(d_out).view({run.count, run.length, layout.heads, layout.head_dim}).transpose(1, 2);
        const at::Tensor dp = at::matmul(d_rows, expand_kv(heads.v, layout).transpose(2, 3)).to(at::kFloat);
        const at::Tensor ds =
            (p * (dp - (p * dp).sum(-1, true)) / std::sqrt(static_cast<double>(layout.head_dim))).to(qkv.scalar_type());
        const auto sum_groups = [&](const at::Tensor& t) {
            return t.view({run.count, layout.kv_heads, layout.heads / layout.kv_heads, run.length, layout.head_dim})
                .sum(2);
        };
        d.q.copy_(at::matmul(ds, expand_kv(heads.k, layout)));
        d.k.copy_(sum_groups(at::matmul(ds.transpose(2, 3), heads.q)));
        d.v.copy_(sum_groups(at::matmul(p.to(qkv.scalar_type()).transpose(2, 3), d_rows)));
    });
    return d_qkv;
}

}  // namespace anabranch::lm
