#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/kernels/cross_entropy.h>
#include <anabranch/lm/kernels/weight_gradient.h>
#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

at::Tensor input(at::IntArrayRef shape, at::ScalarType type, std::uint64_t seed) {
    return at::randn(shape, at::detail::createCPUGenerator(seed)).to(type);
}

at::Tensor ids(std::int64_t count, std::int64_t vocabulary) {
    return at::randint(vocabulary, {count}, at::detail::createCPUGenerator(9), at::kLong);
}

/// Kilobytes of the field of /proc/self/status.
std::int64_t status(const std::string& field) {
    std::ifstream file("/proc/self/status");
    for (std::string name; file >> name; file.ignore(1000, '\n')) {
        std::int64_t value = 0;
        if (name == field + ":" && file >> value) return value;
    }
    return 0;
}

}  // namespace

TEST_CASE("cross_entropy_sum and its gradients are those of double precision, over several chunks of rows") {
    for (const auto type : {at::kFloat, at::kBFloat16}) {
        const std::int64_t vocabulary = type == at::kFloat ? 50000 : 400;  // chunks of 166 rows; one chunk
        const at::Tensor hidden = input({400, 8}, type, 1).requires_grad_(true);
        const at::Tensor head = (input({vocabulary, 8}, type, 2) * 0.5).to(type);
        const at::Tensor leaf = head.to(at::kFloat).detach().clone().requires_grad_(true);
        const at::Tensor targets = ids(400, vocabulary);
        const at::Tensor loss = cross_entropy_sum(hidden, head, targets, leaf);
        (loss * 0.25).backward();

        const at::Tensor h = hidden.detach().to(at::kDouble).requires_grad_(true);
        const at::Tensor w = head.to(at::kDouble).detach().requires_grad_(true);
        const at::Tensor expected = -at::log_softmax(at::linear(h, w), -1).gather(1, targets.unsqueeze(1)).sum();
        (expected * 0.25).backward();
        CHECK(loss.item<double>() ==
              doctest::Approx(expected.item<double>()).epsilon(type == at::kFloat ? 1e-6 : 2e-3));
        CHECK(excess(hidden.grad(), h.grad(), operation(type)) < 1);
        CHECK((leaf.grad().scalar_type() == at::kFloat));
        CHECK(excess(leaf.grad(), w.grad(), operation(type)) < 1);
    }
}

TEST_CASE("without a head to train, or without gradients, cross_entropy_sum gives the same loss and nothing more") {
    const at::Tensor hidden = input({30, 8}, at::kFloat, 1).requires_grad_(true);
    const at::Tensor head = input({50, 8}, at::kFloat, 2);
    const at::Tensor targets = ids(30, 50);
    const at::Tensor loss = cross_entropy_sum(hidden, head, targets);
    loss.backward();
    CHECK(hidden.grad().defined());
    const at::NoGradGuard no_grad;
    CHECK(cross_entropy_sum(hidden, head, targets, head).item<double>() == loss.item<double>());
    CHECK(cross_entropy_sum(hidden.narrow(0, 0, 0), head, targets.narrow(0, 0, 0)).item<double>() == 0);
}

TEST_CASE("2048 rows over a vocabulary of 49152 never hold their 400 MB of logits") {
    const at::Tensor hidden = input({2048, 32}, at::kFloat, 1).requires_grad_(true);
    const at::Tensor head = input({49152, 32}, at::kFloat, 2);
    const at::Tensor leaf = head.detach().clone().requires_grad_(true);
    const at::Tensor targets = ids(2048, 49152);
    cross_entropy_sum(hidden.narrow(0, 0, 200), head, targets.narrow(0, 0, 200), leaf).backward();  // sets things up
    std::ofstream("/proc/self/clear_refs") << 5;  // the high-water mark starts anew
    const std::int64_t before = status("VmRSS");
    if (status("VmHWM") > before + 20000) {
        MESSAGE("skipped: this kernel does not let the high-water mark of memory be set back");
        return;
    }
    cross_entropy_sum(hidden, head, targets, leaf).backward();
    CHECK((status("VmHWM") - before) / 1000 < 150);
}

TEST_CASE("weight gradients are those of double precision") {
    for (const auto type : {at::kFloat, at::kBFloat16}) {
        const at::Tensor dy = input({70, 24}, type, 1);
        const at::Tensor x = input({70, 33}, type, 2);
        const at::Tensor expected = dy.to(at::kDouble).t().mm(x.to(at::kDouble));
        CHECK(excess(weight_gradient(dy, x), expected, operation(type)) < 1);
        at::Tensor sum = at::ones({24, 33});
        add_weight_gradient(sum, dy, x);
        CHECK(excess(sum, expected + 1, operation(type)) < 1);
        const at::Tensor rstd = input({70}, at::kFloat, 3);
        const at::Tensor norm =
            (dy.to(at::kDouble) * input({70, 24}, type, 4).to(at::kDouble) * rstd.to(at::kDouble).unsqueeze(1)).sum(0);
        CHECK(excess(norm_weight_gradient(dy, input({70, 24}, type, 4), rstd), norm, operation(type)) < 1);
    }
}
