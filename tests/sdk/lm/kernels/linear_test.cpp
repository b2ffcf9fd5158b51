#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <anabranch/lm/kernels/linear.h>
#include <doctest/doctest.h>

#include <cmath>
#include <tuple>

#include "sdk/lm/support/tolerance.h"

using namespace anabranch::lm;
using namespace anabranch::lm::test;

namespace {

at::Tensor input(at::IntArrayRef shape, at::ScalarType type, std::uint64_t seed) {
    return (at::randn(shape, at::detail::createCPUGenerator(seed)) / 8).to(type);
}

/// The largest error of an element in units of what float32 rounds the sum of its terms' sizes by.
double rounding_errors(const at::Tensor& found, const at::Tensor& x, const at::Tensor& weight) {
    const at::Tensor wide = x.to(at::kDouble);
    const at::Tensor columns = weight.to(at::kDouble).t();
    const at::Tensor unit = at::mm(wide.abs(), columns.abs()) * 0x1p-24;
    return ((found.to(at::kDouble) - at::mm(wide, columns)).abs() / unit).max().item<double>();
}

}  // namespace

TEST_CASE("products, of plain and of packed weights, are those of double precision for few and many rows") {
    for (const auto type : {at::kFloat, at::kBFloat16}) {
        const at::Tensor weight = input({200, 96}, type, 1);
        for (const std::int64_t rows : {1, 7, 31, 32, 64, 300}) {
            const at::Tensor x = input({rows, 96}, type, 2);
            const at::Tensor dy = input({rows, 200}, type, 3);
            const at::Tensor y = at::mm(x.to(at::kDouble), weight.to(at::kDouble).t());
            CHECK(excess(project(x, weight), y, operation(type)) <= 1);
            CHECK(excess(project(x, packed_for_rows(weight, 64)), y, operation(type)) <= 1);
            const at::Tensor dx = at::mm(dy.to(at::kDouble), weight.to(at::kDouble));
            CHECK(excess(project_gradient(dy, weight), dx, operation(type)) <= 1);
        }
    }
}

TEST_CASE("a float32 product, however the machine makes it, is as exact as float32 sums are") {
    // at::mm's largest here is 3.6; with one of the small parts' products left out it is 12 and more.
    constexpr double roundings = 8;
    // Sizes on both sides of each edge of a tile and of a chunk of the depth; numbers of many sizes.
    for (const auto& [rows, width, columns] :
         {std::tuple{513, 33, 95}, {600, 800, 64}, {530, 1601, 131}, {64, 576, 960}}) {
        CAPTURE(width);
        const at::Tensor sizes = at::exp2(input({width}, at::kFloat, 4) * 64);
        const at::Tensor x = input({rows, width}, at::kFloat, 5) * sizes;
        const at::Tensor weight = input({columns, width}, at::kFloat, 6) / sizes;
        CHECK(rounding_errors(project(x, weight), x, weight) <= roundings);
        CHECK(rounding_errors(project_gradient(x, weight.t().contiguous()), x, weight) <= roundings);
    }
}

TEST_CASE("a float32 product is the same with any number of threads") {
    const at::Tensor x = input({64, 768}, at::kFloat, 7);
    const int threads = at::get_num_threads();
    for (const std::int64_t columns : {64, 96, 576}) {
        const at::Tensor weight = input({columns, 768}, at::kFloat, 8);
        at::set_num_threads(1);
        const at::Tensor alone = project(x, weight);
        for (const int many : {2, 3, 4, 16}) {
            at::set_num_threads(many);
            CHECK(excess(project(x, weight), alone, {1e-6, 1e-6}) <= 1);
        }
    }
    at::set_num_threads(threads);
}

TEST_CASE("a float32 product tells numbers that are not finite, and keeps tiny and huge ones") {
    at::Tensor x = at::zeros({600, 64}, at::kFloat);
    const at::Tensor weight = at::eye(64, at::kFloat);
    x[0][0] = 3e38;
    x[1][1] = 1.17549435e-38;
    x[2][2] = std::nan("");
    x[3][3] = INFINITY;
    x[4][20] = -3.4028234e38;  // the largest; would not be finite if it were rounded
    x[5][20] = 2.5204e-35;     // far below what three parts hold: nothing of it may reach its neighbours
    at::Tensor y = project(x, weight);
    CHECK(y[0][0].item<float>() == 3e38F);
    CHECK(std::abs(y[1][1].item<float>() - 1.17549435e-38F) <= 0x1p-126F);
    CHECK(y[2].isnan().any().item<bool>());
    CHECK_FALSE(y[3].isfinite().all().item<bool>());
    CHECK(y[4][20].item<float>() == -3.4028234e38F);
    CHECK(std::abs(y[5][20].item<float>() - 2.5204e-35F) <= 0x1p-126F);
    y[4][20] = y[5][20] = 0;
    CHECK(y.narrow(0, 4, 596).abs().max().item<float>() == 0);
}
