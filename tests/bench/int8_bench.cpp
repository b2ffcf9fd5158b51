/// Times the matrix products of one forward of SmolLM2-135M with full and with int8 weights, of random numbers:
///   int8_bench float32|bfloat16 [THREADS]
/// For M rows: all of them once (30 layers and the head), milliseconds, the median of seven; then the gradients of
/// their inputs. Prints a table in Markdown.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/kernels/linear.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <iomanip>
#include <iostream>
#include <string_view>
#include <vector>

using namespace anabranch::lm;

namespace {

struct Matrices {
    std::vector<Weight> full;
    std::vector<Weight> int8;
};

Matrices model(at::ScalarType type) {
    Matrices made;
    const auto add = [&](std::int64_t rows, std::int64_t width) {
        const at::Tensor numbers = at::randn({rows, width}) * 0.04;
        made.full.emplace_back(numbers.to(type));
        made.int8.push_back(quantise(numbers));
    };
    for (int layer = 0; layer < 30; ++layer) {
        add(960, 576);
        add(576, 576);
        add(3072, 576);
        add(576, 1536);
    }
    add(49152, 576);
    return made;
}

double milliseconds(const std::function<void()>& work) {
    std::vector<double> times;
    for (int i = 0; i <= 7; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
        if (i > 0) times.push_back(time.count());
    }
    std::ranges::sort(times);
    return times[times.size() / 2];
}

void row(std::string_view what, std::int64_t rows, double full, double int8) {
    std::cout << "| " << what << " | " << rows << " | " << std::fixed << std::setprecision(1) << full << " | " << int8
              << " | " << std::setprecision(2) << full / int8 << "x |\n"
              << std::flush;
}

}  // namespace

int main(int count, char** arguments) {
    const std::string_view name = count > 1 ? arguments[1] : "";
    if (name != "float32" && name != "bfloat16") {
        std::cerr << "usage: int8_bench float32|bfloat16 [THREADS]\n";
        return 2;
    }
    at::set_num_threads(count > 2 ? std::atoi(arguments[2]) : 2);
    const at::NoGradGuard no_grad;
    const at::ScalarType type = name == "float32" ? at::kFloat : at::kBFloat16;
    const Matrices matrices = model(type);
    std::cout << "| " << name << " | rows | full ms | int8 ms | faster |\n|---|---|---|---|---|\n";
    for (const std::int64_t rows : {1, 4, 8, 16, 32, 64, 256, 1024}) {
        const auto time = [&](const std::vector<Weight>& weights) {
            const at::Tensor x = at::randn({rows, 1536}).to(type);
            return milliseconds([&] {
                for (const Weight& weight : weights)
                    static_cast<void>(project(x.narrow(1, 0, weight.size(1)).contiguous(), weight));
            });
        };
        row("products", rows, time(matrices.full), time(matrices.int8));
    }
    const auto time = [&](const std::vector<Weight>& weights) {
        const at::Tensor dy = at::randn({1024, 49152}).to(type);
        return milliseconds([&] {
            for (const Weight& weight : weights)
                static_cast<void>(project_gradient(dy.narrow(1, 0, weight.size(0)).contiguous(), weight));
        });
    };
    row("gradients", 1024, time(matrices.full), time(matrices.int8));
}
