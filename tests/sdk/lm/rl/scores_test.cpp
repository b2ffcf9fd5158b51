#include "anabranch/lm/rl/scores.h"

#include <doctest/doctest.h>

#include <cmath>

#include "anabranch/error.h"
#include "numbers.h"

using namespace anabranch;
using namespace anabranch::lm;
using namespace anabranch::lm::testing;

TEST_CASE("moments over batches are those of all scores together") {
    const at::Tensor scores = normal({30}, 4, at::kDouble) * 5 - 3;
    RunningMoments moments;
    moments.update(scores.narrow(0, 0, 1));
    CHECK(moments.deviation == 1.0);  // one score says nothing of the spread
    moments.update(scores.narrow(0, 1, 12));
    moments.update(scores.narrow(0, 13, 17));
    CHECK(moments.count == 30.0);
    CHECK(moments.mean == doctest::Approx(number(scores.mean())).epsilon(1e-12));
    CHECK(moments.variance == doctest::Approx(number(scores.var(/*unbiased=*/false))).epsilon(1e-12));
    CHECK(moments.deviation == doctest::Approx(number(scores.std())).epsilon(1e-12));
    CHECK_THROWS_AS(moments.update(at::empty({0})), Error);
}

TEST_CASE("moments are saved and restored") {
    RunningMoments moments;
    moments.update(at::tensor({1.5, -0.5, 4.0}));
    RunningMoments restored = RunningMoments::from_state(moments.state());
    moments.update(at::tensor({2.5, 0.25}));
    restored.update(at::tensor({2.5, 0.25}));
    CHECK(restored.mean == moments.mean);
    CHECK(restored.deviation == moments.deviation);
    CHECK(restored.variance == moments.variance);
    CHECK(restored.count == moments.count);
    CHECK_THROWS_AS(static_cast<void>(RunningMoments::from_state(at::zeros({3}))), Error);
}

TEST_CASE("scores: baseline, then scaling, then clipping") {
    const at::Tensor scores = at::tensor({1.0, 3.0, 8.0}, at::kFloat);
    RunningMoments untouched;
    const at::Tensor plain = shaped_scores(scores, {.baseline = 2, .clip = 4}, untouched);
    CHECK(at::equal(plain, at::tensor({-1.0, 1.0, 4.0}, at::kFloat)));
    CHECK(untouched.count == 1e-24);

    RunningMoments moments;  // of -1, 1, 6: mean 2, variance 13
    const at::Tensor normed = shaped_scores(scores, {.baseline = 2, .scaling = true, .norm = true}, moments);
    const double deviation = std::sqrt(13.0);
    CHECK(moments.deviation == doctest::Approx(deviation));
    CHECK(difference(normed, at::tensor({-3 / deviation, -1 / deviation, 4 / deviation})) < 1e-6);
}
