#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <anabranch/lm/kernels/rms_norm.h>
#include <anabranch/lm/kernels/rope.h>
#include <anabranch/lm/kernels/swiglu.h>
#include <anabranch/lm/kernels/token_logprobs.h>
#include <anabranch/lm/model/rope_scaling.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

constexpr at::ScalarType types[] = {at::kFloat, at::kBFloat16};

/// Values that the compute type holds exactly, so that only the operation's own rounding is compared.
at::Tensor input(at::IntArrayRef shape, at::ScalarType type, std::uint64_t seed) {
    return at::randn(shape, at::detail::createCPUGenerator(seed)).to(type);
}

/// The gradient of sum(f(x) * dy) in double, by autograd.
template <typename Function>
at::Tensor double_gradient(const at::Tensor& x, const at::Tensor& dy, Function f) {
    const at::Tensor leaf = x.to(at::kDouble).detach().requires_grad_(true);
    (f(leaf) * dy.to(at::kDouble)).sum().backward();
    return leaf.grad();
}

at::Tensor norm_reference(const at::Tensor& x, const at::Tensor& weight, double eps) {
    return x * at::rsqrt(x.square().mean(-1, true) + eps) * weight.to(at::kDouble);
}

at::Tensor swiglu_reference(const at::Tensor& x) {
    const std::int64_t width = x.size(1) / 2;
    return at::silu(x.narrow(1, 0, width)) * x.narrow(1, width, width);
}

}  // namespace

TEST_CASE("rms_norm and its gradient are the double-precision formula's, for widths that do and do not fill lanes") {
    for (const auto type : types) {
        for (const std::int64_t width : {1, 7, 16, 65, 576}) {
            CAPTURE(width);
            const at::Tensor x = input({5, width}, type, 1);
            const at::Tensor weight = input({width}, type, 2);
            const at::Tensor dy = input({5, width}, type, 3);
            const at::Tensor residual = input({5, width}, type, 4);
            const RmsNorm normed = rms_norm(x, weight, 1e-5);
            CHECK(excess(normed.y, norm_reference(x.to(at::kDouble), weight, 1e-5), operation(type)) < 1);
            const at::Tensor expected =
                double_gradient(x, dy, [&](const at::Tensor& leaf) { return norm_reference(leaf, weight, 1e-5); });
            CHECK(excess(rms_norm_backward(dy, x, normed.rstd, weight, at::Tensor()), expected, operation(type)) < 1);
            CHECK(excess(rms_norm_backward(dy, x, normed.rstd, weight, residual), expected + residual.to(at::kDouble),
                         operation(type)) < 1);
        }
    }
}

TEST_CASE("swiglu and its gradient are the double-precision formula's, far values included") {
    for (const auto type : types) {
        at::Tensor x = input({4, 70}, type, 5);
        x[0].mul_(30);  // where a naive exponential overflows
        const at::Tensor dy = input({4, 35}, type, 6);
        CHECK(excess(swiglu(x), swiglu_reference(x.to(at::kDouble)), operation(type)) < 1);
        CHECK(excess(swiglu_backward(dy, x), double_gradient(x, dy, swiglu_reference), operation(type)) < 1);
    }
}

TEST_CASE("rope rotates halves by its positions, leaves the other columns, and is undone by its inverse") {
    const Rope rope = make_rope(32, rope_frequencies(8, 10000, {}), at::kCPU);
    for (const auto type : types) {
        const at::Tensor x = input({3, 40}, type, 7);  // 3 rotated heads of 8, 16 columns beyond
        const at::Tensor positions = at::tensor({0, 5, 31}, at::kLong);
        at::Tensor y = x.clone();
        apply_rope(y, positions, rope, 3, false);
        CHECK(at::equal(y[0], x[0]));
        CHECK(at::equal(y.narrow(1, 24, 16), x.narrow(1, 24, 16)));
        const double angle = 5.0 * std::pow(10000.0, -2.0 / 8.0);  // row 1, pair 1 of head 2: columns 17 and 21
        const double a = x[1][17].item<double>();
        const double b = x[1][21].item<double>();
        CHECK(y[1][17].item<double>() ==
              doctest::Approx(a * std::cos(angle) - b * std::sin(angle)).epsilon(type == at::kFloat ? 1e-5 : 2e-2));
        CHECK(y[1][21].item<double>() ==
              doctest::Approx(b * std::cos(angle) + a * std::sin(angle)).epsilon(type == at::kFloat ? 1e-5 : 2e-2));
        apply_rope(y, positions, rope, 3, true);
        CHECK(excess(y, x.to(at::kDouble), operation(type)) < 1);
    }
}

TEST_CASE("token_logprobs and its gradient are log_softmax's, over several chunks of rows") {
    for (const auto type : types) {
        const at::Tensor head = input({400000, 8}, type, 8).mul_(0.3);  // so wide that a chunk has few rows
        const at::Tensor targets = at::randint(0, 400000, {70}, at::detail::createCPUGenerator(9), at::kLong);
        const at::Tensor hidden = input({70, 8}, type, 10).requires_grad_(true);
        REQUIRE(logit_chunk_rows(hidden, head) < 70);
        const at::Tensor weight = input({70}, at::kFloat, 11);
        const TokenLogprobs said = token_logprobs(hidden, head, targets);
        (said.logprobs * weight).sum().backward();

        const at::Tensor wide = hidden.detach().to(at::kDouble).requires_grad_(true);
        const at::Tensor log_softmax = at::log_softmax(at::matmul(wide, head.to(at::kDouble).t()), -1);
        const at::Tensor logprobs = log_softmax.gather(1, targets.unsqueeze(1)).squeeze(1);
        (logprobs * weight.to(at::kDouble)).sum().backward();
        CHECK(excess(said.logprobs, logprobs, operation(type)) < 1);
        CHECK(excess(said.entropy, -(log_softmax.exp() * log_softmax).sum(-1), operation(type)) < 1);
        CHECK(excess(hidden.grad(), wide.grad(), operation(type)) < 1);
    }
}

TEST_CASE("logits of one certain token do not overflow, and its entropy is zero") {
    at::Tensor logits = at::full({1, 100}, -1e4F);
    logits[0][42] = 1e4F;
    const SoftmaxSums sums = softmax_in_place(logits, true);
    CHECK(sums.logsumexp.item<float>() == 1e4F);
    CHECK(sums.entropy.item<float>() == doctest::Approx(0).epsilon(1e-6));
    CHECK(logits[0][42].item<float>() == 1.0F);
}
