#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <anabranch/lm/kernels/linear.h>
#include <doctest/doctest.h>

#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

TEST_CASE("products, of plain and of packed weights, are those of double precision for few and many rows") {
    for (const auto type : {at::kFloat, at::kBFloat16}) {
        const auto random = [type](at::IntArrayRef shape, std::uint64_t seed) {
            return (at::randn(shape, at::detail::createCPUGenerator(seed)) / 8).to(type);
        };
        const at::Tensor weight = random({200, 96}, 1);
        for (const std::int64_t rows : {1, 7, 31, 32, 64, 300}) {
            const at::Tensor x = random({rows, 96}, 2);
            const at::Tensor dy = random({rows, 200}, 3);
            const at::Tensor y = at::mm(x.to(at::kDouble), weight.to(at::kDouble).t());
            CHECK(excess(project(x, weight), y, operation(type)) <= 1);
            CHECK(excess(project(x, packed_for_rows(weight, 64)), y, operation(type)) <= 1);
            const at::Tensor dx = at::mm(dy.to(at::kDouble), weight.to(at::kDouble));
            CHECK(excess(project_gradient(dy, weight), dx, operation(type)) <= 1);
        }
    }
}
