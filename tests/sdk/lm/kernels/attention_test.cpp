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
at::Tensor reference(const at::Tensor& qkv, const HeadLayout& layout) {
    const std::int64_t length = qkv.size(0);
    const auto heads = [&](std::int64_t column, std::int64_t count) {
        return qkv.narrow(1, column, count * layout.head_dim).view({length, count, layout.head_dim}).transpose(0, 1);
    };
    const auto shared = [&](const at::Tensor& t) { return t.repeat_interleave(layout.heads / layout.kv_heads, 0); };
    const at::Tensor q = heads(0, layout.heads);
    const at::Tensor k = shared(heads(layout.query_width(), layout.kv_heads));
    const at::Tensor v = shared(heads(layout.query_width() + layout.kv_width(), layout.kv_heads));
    const at::Tensor future = at::ones({length, length}, at::kBool).triu(1);
    const at::Tensor scores = (at::matmul(q, k.transpose(1, 2)) / std::sqrt(static_cast<double>(layout.head_dim)))
                                  .masked_fill(future, -INFINITY);
    return at::matmul(at::softmax(scores, -1), v).transpose(0, 1).reshape({length, layout.query_width()});
}

at::Tensor input(std::int64_t rows, std::int64_t width, at::ScalarType type, std::uint64_t seed) {
    return at::randn({rows, width}, at::detail::createCPUGenerator(seed)).to(type);
}

}  // namespace

TEST_CASE("packed attention and its gradient are plain attention's of each sequence alone") {
    // one token, none, several blocks of rows and a part of one, exactly one block, some of one length
    const std::vector<std::int64_t> offsets{0, 1, 1, 140, 188, 195, 202};
    for (const HeadLayout& shape : {layout, HeadLayout{3, 1, 64}, HeadLayout{2, 2, 20}}) {
        for (const auto type : {at::kFloat, at::kBFloat16}) {
            const at::Tensor qkv = input(offsets.back(), shape.width(), type, 1);
            const at::Tensor d_out = input(offsets.back(), shape.query_width(), type, 2);
            const Attention attention = packed_attention(qkv, offsets, shape);
            const at::Tensor d_qkv = packed_attention_backward(d_out, qkv, attention, offsets, shape);
            for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
                const std::int64_t length = offsets[i + 1] - offsets[i];
                if (length == 0) continue;
                CAPTURE(i);
                CAPTURE(shape.head_dim);
                const at::Tensor rows = qkv.narrow(0, offsets[i], length).to(at::kDouble).requires_grad_(true);
                const at::Tensor out = reference(rows, shape);
                (out * d_out.narrow(0, offsets[i], length).to(at::kDouble)).sum().backward();
                CHECK(excess(attention.out.narrow(0, offsets[i], length), out, operation(type)) < 1);
                CHECK(excess(d_qkv.narrow(0, offsets[i], length), rows.grad(), operation(type)) < 1);
            }
        }
    }
}

TEST_CASE("a sequence's attention and gradient have the same bits alone and among others") {
    const std::vector<std::int64_t> offsets{0, 30, 130, 147};
    const at::Tensor qkv = input(147, layout.width(), at::kFloat, 3);
    const at::Tensor d_out = input(147, layout.query_width(), at::kFloat, 4);
    const Attention together = packed_attention(qkv, offsets, layout);
    const at::Tensor d_together = packed_attention_backward(d_out, qkv, together, offsets, layout);
    const auto own = [](const at::Tensor& t) { return t.narrow(0, 30, 100).contiguous(); };
    const std::vector<std::int64_t> one{0, 100};
    const Attention alone = packed_attention(own(qkv), one, layout);
    CHECK(at::equal(alone.out, own(together.out)));
    CHECK(at::equal(packed_attention_backward(own(d_out), own(qkv), alone, one, layout), own(d_together)));
}

TEST_CASE("types without a kernel of ours give the same numbers through operators") {
    const std::vector<std::int64_t> offsets{0, 3, 20, 37};
    const at::Tensor qkv = input(37, layout.width(), at::kFloat, 5);
    const at::Tensor d_out = input(37, layout.query_width(), at::kFloat, 6);
    const Attention ours = packed_attention(qkv, offsets, layout);
    const Attention plain = packed_attention(qkv.to(at::kDouble), offsets, layout);
    CHECK(excess(ours.out, plain.out, operation(at::kFloat)) < 1);
    CHECK(excess(packed_attention_backward(d_out, qkv, ours, offsets, layout),
                 packed_attention_backward(d_out.to(at::kDouble), qkv.to(at::kDouble), plain, offsets, layout),
                 operation(at::kFloat)) < 1);
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
            expected.push_back(reference(qkv.to(at::kDouble), layout)[-1]);
        }
        const at::Tensor out = cached_attention(at::stack(last), keys, values, slots, lengths, layout);
        CHECK(excess(out, at::stack(expected), operation(type)) < 1);
    }
}
