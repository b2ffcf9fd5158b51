#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <anabranch/lm/kernels/attention.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

constexpr HeadLayout layout{6, 2, 8};

/// Plain attention of one sequence in double: rows of qkv [L, width] -> [L, heads * head_dim].
at::Tensor reference(const at::Tensor& qkv) {
    const std::int64_t length = qkv.size(0);
    const auto heads = [&](std::int64_t column, std::int64_t count) {
        return qkv.narrow(1, column, count * layout.head_dim).view({length, count, layout.head_dim}).transpose(0, 1);
    };
    const auto shared = [](const at::Tensor& t) { return t.repeat_interleave(layout.heads / layout.kv_heads, 0); };
    const at::Tensor q = heads(0, layout.heads);
    const at::Tensor k = shared(heads(layout.query_width(), layout.kv_heads));
    const at::Tensor v = shared(heads(layout.query_width() + layout.kv_width(), layout.kv_heads));
    const at::Tensor future = at::ones({length, length}, at::kBool).triu(1);
    const at::Tensor scores = (at::matmul(q, k.transpose(1, 2)) / std::sqrt(8.0)).masked_fill(future, -INFINITY);
    return at::matmul(at::softmax(scores, -1), v).transpose(0, 1).reshape({length, layout.query_width()});
}

at::Tensor input(std::int64_t rows, std::int64_t width, at::ScalarType type, std::uint64_t seed) {
    return at::randn({rows, width}, at::detail::createCPUGenerator(seed)).to(type);
}

}  // namespace

TEST_CASE("packed attention and its gradient are plain attention's of each sequence alone") {
    const std::vector<std::int64_t> offsets{0, 1, 1, 40, 47, 54, 61};  // one token, none, many, some of one length
    for (const auto type : {at::kFloat, at::kBFloat16}) {
        const at::Tensor qkv = input(61, layout.width(), type, 1);
        const at::Tensor d_out = input(61, layout.query_width(), type, 2);
        const Attention attention = packed_attention(qkv, offsets, layout);
        const at::Tensor d_qkv = packed_attention_backward(d_out, qkv, attention, offsets, layout);
        for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
            const std::int64_t length = offsets[i + 1] - offsets[i];
            if (length == 0) continue;
            CAPTURE(i);
            const at::Tensor rows = qkv.narrow(0, offsets[i], length).to(at::kDouble).requires_grad_(true);
            const at::Tensor out = reference(rows);
            (out * d_out.narrow(0, offsets[i], length).to(at::kDouble)).sum().backward();
            CHECK(excess(attention.out.narrow(0, offsets[i], length), out, operation(type)) < 1);
            CHECK(excess(d_qkv.narrow(0, offsets[i], length), rows.grad(), operation(type)) < 1);
        }
    }
}

TEST_CASE("attention against a cache is the last row of attention over the whole sequence") {
    for (const auto type : {at::kFloat, at::kBFloat16}) {
        const std::vector<std::int64_t> lengths{1, 9, 20};
        const std::vector<std::int64_t> slots{2, 0, 3};
        const at::Tensor keys = at::full({4, 2, 24, 8}, NAN, type);  // what lies beyond a length must not be read
        const at::Tensor values = at::full({4, 2, 24, 8}, NAN, type);
        std::vector<at::Tensor> last;
        std::vector<at::Tensor> expected;
        for (std::size_t i = 0; i < lengths.size(); ++i) {
            const at::Tensor qkv = input(lengths[i], layout.width(), type, 10 + i);
            const auto store = [&](const at::Tensor& cache, std::int64_t column) {
                cache[slots[i]]
                    .narrow(1, 0, lengths[i])
                    .copy_(qkv.narrow(1, column, 16).view({lengths[i], 2, 8}).transpose(0, 1));
            };
            store(keys, layout.query_width());
            store(values, layout.query_width() + layout.kv_width());
            last.push_back(qkv[-1]);
            expected.push_back(reference(qkv.to(at::kDouble))[-1]);
        }
        const at::Tensor out = cached_attention(at::stack(last), keys, values, slots, lengths, layout);
        CHECK(excess(out, at::stack(expected), operation(type)) < 1);
    }
}
