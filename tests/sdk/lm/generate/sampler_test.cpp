#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <anabranch/error.h>
#include <anabranch/lm/generate/sampler.h>
#include <doctest/doctest.h>

using namespace anabranch::lm;

namespace {

constexpr std::int64_t draws = 20000;

/// How often each token comes in many draws from one row of logits.
at::Tensor frequencies(const at::Tensor& logits, const SamplerOptions& options) {
    std::vector<RowDraw> rows;
    for (std::int64_t i = 0; i < draws; ++i) rows.push_back({static_cast<std::uint64_t>(i), 3});
    const Sampled sampled =
        sample(logits.unsqueeze(0).expand({draws, logits.size(0)}), rows, options, anabranch::Random(5));
    return at::bincount(at::tensor(sampled.ids), {}, logits.size(0)).to(at::kDouble) / draws;
}

/// Chi-square per degree of freedom of observed frequencies; near 1 when they are draws from `expected`.
double chi_square(const at::Tensor& observed, const at::Tensor& expected) {
    const at::Tensor possible = expected > 0;
    const at::Tensor terms = ((observed - expected).square() * draws / expected).masked_select(possible);
    return terms.sum().item<double>() / static_cast<double>(terms.numel() - 1);
}

const at::Tensor logits = at::tensor({1.0, 3.0, -2.0, 2.5, 0.0, 2.4, -9.0}, at::kFloat);

}  // namespace

TEST_CASE("sampling follows the tempered softmax") {
    for (const double temperature : {1.0, 0.5, 2.0}) {
        const at::Tensor expected = at::softmax(logits.to(at::kDouble) / temperature, 0);
        CHECK(chi_square(frequencies(logits, {temperature, 0, 1}), expected) < 3);
    }
}

TEST_CASE("top_k and top_p keep the most probable tokens and their proportions") {
    const at::Tensor p = at::softmax(logits.to(at::kDouble), 0);
    const auto kept = [&](std::vector<std::int64_t> ids) {
        at::Tensor expected = at::zeros_like(p);
        for (const auto id : ids) expected[id] = p[id];
        return expected / expected.sum();
    };
    const auto check = [&](const SamplerOptions& options, const at::Tensor& expected) {
        const at::Tensor observed = frequencies(logits, options);
        CHECK(observed.masked_select(expected == 0).sum().item<double>() == 0);
        CHECK(chi_square(observed, expected) < 3);
    };
    check({1, 3, 1}, kept({1, 3, 5}));
    check({1, 0, 0.5}, kept({1, 3}));  // 0.41 + 0.25
    check({1, 3, 0.6}, kept({1, 3}));  // of the three: 0.45 + 0.28
    CHECK(frequencies(logits, {1, 0, 1e-9})[1].item<double>() == 1);
}

TEST_CASE("top_p over a wide, flat row takes as many tokens as it needs") {
    const at::Tensor flat = at::zeros({5000}, at::kFloat);
    const at::Tensor observed = frequencies(flat, {1, 0, 0.5});
    CHECK(observed.narrow(0, 0, 2500).sum().item<double>() == doctest::Approx(1));
    CHECK(observed.narrow(0, 600, 1900).sum().item<double>() > 0.7);
}

TEST_CASE("temperature 0 takes the first of the largest; log-probabilities are of the whole, untempered distribution") {
    const at::Tensor rows = at::tensor({1.0, 4.0, 4.0, 0.0}, at::kFloat).view({1, 4});
    const std::vector<RowDraw> draw{{0, 0}};
    const Sampled greedy = sample(rows, draw, {0, 2, 0.1}, anabranch::Random(1));
    CHECK(greedy.ids.front() == 1);
    CHECK(greedy.logprobs.front() == doctest::Approx(at::log_softmax(rows, -1)[0][1].item<float>()).epsilon(1e-6));
}

TEST_CASE("a draw depends on its row and position alone") {
    const at::Tensor wide = at::randn({3, 1000}, at::detail::createCPUGenerator(2));
    const std::vector<RowDraw> all{{7, 0}, {8, 0}, {9, 4}};
    const Sampled together = sample(wide, all, {}, anabranch::Random(3));
    for (std::int64_t i = 0; i < 3; ++i) {
        const auto index = static_cast<std::size_t>(i);
        const Sampled alone = sample(wide.narrow(0, i, 1), std::span(all).subspan(index, 1), {}, anabranch::Random(3));
        CHECK(alone.ids.front() == together.ids[index]);
        CHECK(alone.logprobs.front() == together.logprobs[index]);
    }
}

TEST_CASE("logits that are not numbers are an error, not a token") {
    const std::vector<RowDraw> draw{{0, 0}};
    CHECK_THROWS_WITH_AS(static_cast<void>(sample(at::full({1, 4}, NAN), draw, {}, anabranch::Random(0))),
                         doctest::Contains("NaN"), anabranch::Error);
    for (const std::int64_t place : {0, 17, 300, 599}) {  // one among many
        at::Tensor logits = at::sin(at::arange(600)).view({1, 600});
        logits[0][place] = NAN;
        CHECK_THROWS_WITH_AS(static_cast<void>(sample(logits, draw, {}, anabranch::Random(0))),
                             doctest::Contains("NaN"), anabranch::Error);
    }
}
