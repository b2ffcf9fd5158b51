#include "anabranch/lm/rl/rewards.h"

#include <doctest/doctest.h>

#include "anabranch/error.h"
#include "numbers.h"

using namespace anabranch;
using namespace anabranch::lm;
using namespace anabranch::lm::testing;

TEST_CASE("the score stands at each row's last token, the penalty at every one") {
    const at::Tensor kl = matrix({{1, 2, 3}, {4, 5, 6}, {-1, 0, 1}});
    const at::Tensor mask = matrix({{1, 1, 0}, {1, 1, 1}, {1, 0, 0}});
    const at::Tensor rewards = token_rewards(kl, at::tensor({10.0, 20.0, 30.0}, at::kFloat), 0.5, mask);
    CHECK(at::equal(rewards, matrix({{-0.5, 9, -1.5}, {-2, -2.5, 17}, {30.5, 0, -0.5}})));
}

TEST_CASE("the last token is the last 1, past holes") {
    CHECK(last_tokens(matrix({{1, 0, 1, 0}, {0, 1, 0, 0}})) == std::vector<std::int64_t>{2, 1});
}

TEST_CASE("a row without a token is named") {
    const at::Tensor kl = at::zeros({2, 2});
    CHECK_THROWS_WITH_AS(static_cast<void>(token_rewards(kl, at::zeros({2}), 0.2, matrix({{1, 0}, {0, 0}}))),
                         "row 1 of the mask is empty; expected at least one response token", Error);
    CHECK_THROWS_AS(static_cast<void>(token_rewards(kl, at::zeros({3}), 0.2, at::ones({2, 2}))), Error);
}
