/// Times training steps on a real model, the work that tests/bench/peers/sft_step.py and reward_step.py time with
/// transformers and peft:
///   sft_bench MODEL.gguf float32|bfloat16 THREADS lora|full|reward [ROWS LENGTH]
/// lora, full: ROWS x LENGTH tokens a step; reward: ROWS pairs a step, their sides 32 to LENGTH tokens. Prints a line
/// of JSON with the median of five steps and the memory of the whole process; tests/bench/compare.py runs it beside the
/// peers.
#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <anabranch/lm/checkpoint/gguf.h>
#include <anabranch/lm/reward/reward_trainer.h>
#include <anabranch/lm/sft/sft_trainer.h>
#include <anabranch/lm/tokenizer/from_gguf.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <vector>

using namespace anabranch;
using namespace anabranch::lm;

namespace {

constexpr int steps = 5;

struct Shape {
    std::string model;
    std::string dtype;
    int threads = 2;
    std::string kind;
    std::int64_t rows = 4;
    std::int64_t length = 512;
};

LanguageModel load(const Shape& shape) {
    Compute compute = choose_compute(shape.dtype, "cpu");
    const at::ScalarType dtype = compute.dtype;
    const bool full = shape.kind == "full";
    if (full) compute.dtype = at::kFloat;
    const GgufFile file(shape.model);
    LanguageModel::Parts parts{shape.model, weights_from_gguf(file, compute), tokenizer_from_gguf(file), {}, {}, {},
                               compute.why};
    const LlamaConfig config = parts.weights->config;
    if (full) {
        parts.full = std::make_shared<const FullWeights>(std::move(parts.weights), dtype);
        parts.weights = parts.full->compute();
    } else {
        const bool reward = shape.kind == "reward";
        parts.lora.emplace(LoraConfig{reward ? 8 : 16, 32, reward ? 0.1 : 0.05, {Module::q, Module::v}}, config,
                           Random(1), at::kCPU);
        if (reward) parts.score_head = LinearHead::make(config.hidden, false, Random(2), at::kCPU);
    }
    return LanguageModel(std::move(parts));
}

std::vector<std::int64_t> row(std::int64_t number, std::int64_t length, std::int64_t vocabulary) {
    std::vector<std::int64_t> ids;
    for (std::int64_t t = 0; t < length; ++t) ids.push_back(20 + (number * 7919 + t * 10473) % (vocabulary - 20));
    return ids;
}

/// Pairs of a step; peers/reward_step.py draws the same lengths.
Pairs pairs_of(const Shape& shape, std::int64_t step, std::int64_t vocabulary) {
    Pairs pairs;
    const std::int64_t span = shape.length - 31;
    for (std::int64_t i = 0; i < shape.rows; ++i) {
        const std::int64_t number = step * shape.rows + i;
        pairs.better.push_back(row(2 * number, 32 + (37 * number) % span, vocabulary));
        pairs.worse.push_back(row(2 * number + 1, 32 + (101 * number + 17) % span, vocabulary));
    }
    return pairs;
}

/// Seconds and tokens of a step; the first call sets things up.
struct Timed {
    double seconds = 0;
    double tokens = 0;
};
Timed measure(const std::function<std::int64_t(std::int64_t)>& step) {
    std::vector<Timed> timed;
    for (int i = 0; i <= steps; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const std::int64_t tokens = step(i);
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (i > 0) timed.push_back({seconds, static_cast<double>(tokens)});
    }
    Timed sum;
    std::vector<double> rates;
    for (const Timed& one : timed) {
        sum.seconds += one.seconds / steps;
        rates.push_back(one.tokens / one.seconds);
    }
    std::ranges::sort(rates);
    sum.tokens = rates[rates.size() / 2] * sum.seconds;
    return sum;
}

void report(const Shape& shape, const std::string& what, const Timed& timed) {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto number = [](double value) { return json_number(std::round(value * 1000) / 1000); };
    std::cout << cat("{\"peer\": \"anabranch\", \"what\": ", json_quote(what), ", \"dtype\": ", json_quote(shape.dtype),
                     ", \"threads\": ", shape.threads, ", \"seconds\": ", number(timed.seconds),
                     ", \"tokens_per_second\": ", number(timed.tokens / timed.seconds),
                     ", \"peak_memory_mb\": ", usage.ru_maxrss / 1024, "}")
              << std::endl;
}

void run(const Shape& shape) {
    prepare_thread(shape.threads);
    const LanguageModel model = load(shape);
    const std::int64_t vocabulary = model.config().vocabulary;
    if (shape.kind == "reward") {
        RewardTrainer trainer(model, {.training = {.adam = {.learning_rate = 2e-5, .decoupled = true}}});
        report(shape, cat("reward ", shape.rows, " pairs of 32 to ", shape.length), measure([&](std::int64_t step) {
                   const Pairs pairs = pairs_of(shape, step, vocabulary);
                   static_cast<void>(trainer.step(model, pairs, Random(3).fork(static_cast<std::uint64_t>(step))));
                   std::int64_t tokens = 0;
                   for (std::size_t i = 0; i < pairs.count(); ++i) tokens += pairs.tokens(i);
                   return tokens;
               }));
        return;
    }
    Sequences ids;
    for (std::int64_t i = 0; i < shape.rows; ++i) ids.push_back(row(i, shape.length, vocabulary));
    SftTrainer trainer(model, {.training = {.adam = {.learning_rate = 1e-5, .decoupled = true}}});
    report(shape, cat("sft ", shape.kind, " ", shape.rows, "x", shape.length), measure([&](std::int64_t step) {
               static_cast<void>(trainer.step(model, ids, ids, Random(3).fork(static_cast<std::uint64_t>(step))));
               return shape.rows * shape.length;
           }));
}

}  // namespace

int main(int count, char** words) {
    const std::string kind = count > 4 ? words[4] : "";
    if (kind != "lora" && kind != "full" && kind != "reward") {
        std::cerr << "usage: sft_bench MODEL.gguf float32|bfloat16 THREADS lora|full|reward [ROWS LENGTH]\n";
        return 2;
    }
    Shape shape{words[1], words[2], std::atoi(words[3]), kind};
    if (count > 5) shape.rows = std::atoll(words[5]);
    if (count > 6) shape.length = std::atoll(words[6]);
    try {
        run(shape);
    } catch (const std::exception& error) {
        std::cerr << "sft_bench: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
