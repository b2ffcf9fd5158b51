/// Times sampling and one PPO iteration on a real model, the work that tests/bench/peers times with transformers and
/// TRL:
///   ppo_bench MODEL.gguf float32|bfloat16 THREADS [BATCH PROMPT NEW EPOCHS MINIBATCH]
/// Prints a line of JSON for each; tests/bench/compare.py runs it beside the peers.
#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <anabranch/lm/checkpoint/gguf.h>
#include <anabranch/lm/generate/generate.h>
#include <anabranch/lm/rl/rollout.h>
#include <anabranch/lm/tokenizer/from_gguf.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <vector>

using namespace anabranch;
using namespace anabranch::lm;

namespace {

struct Shape {
    std::string model;
    std::string dtype;
    int threads = 2;
    std::int64_t batch = 64;
    std::int64_t prompt = 64;
    std::int64_t fresh = 64;
    std::int64_t epochs = 4;
    std::int64_t minibatch = 8;
};

class Clock {
  public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

  private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

LanguageModel load(const Shape& shape) {
    const Compute compute = choose_compute(shape.dtype, "cpu");
    const GgufFile file(shape.model);
    LanguageModel::Parts parts{shape.model, weights_from_gguf(file, compute), tokenizer_from_gguf(file), {}, {}, {},
                               compute.why};
    parts.lora.emplace(LoraConfig{16, 32, 0.05, {Module::q, Module::v}}, parts.weights->config, Random(1), at::kCPU);
    parts.value_head = LinearHead::make(parts.weights->config.hidden, true, Random(2), at::kCPU);
    return LanguageModel(std::move(parts));
}

Sequences random_prompts(const Shape& shape, std::int64_t vocabulary) {
    Sequences prompts(static_cast<std::size_t>(shape.batch));
    for (std::size_t row = 0; row < prompts.size(); ++row) {
        for (std::int64_t t = 0; t < shape.prompt; ++t) {
            prompts[row].push_back(Random(3).integer(20, vocabulary, row, static_cast<std::uint64_t>(t)));
        }
    }
    return prompts;
}

void report(const Shape& shape, const std::string& what, double seconds, const std::string& more = {}) {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto number = [](double value) { return json_number(std::round(value * 1000) / 1000); };
    std::cout << cat("{\"peer\": \"anabranch\", \"what\": ", json_quote(what), ", \"dtype\": ", json_quote(shape.dtype),
                     ", \"threads\": ", shape.threads, ", \"seconds\": ", number(seconds),
                     ", \"tokens_per_second\": ", number(static_cast<double>(shape.batch * shape.fresh) / seconds),
                     ", \"peak_memory_mb\": ", usage.ru_maxrss / 1024, more, "}")
              << std::endl;
}

Generated sample(const LanguageModel& model, const Sequences& prompts, const Shape& shape) {
    GenerateOptions options;
    options.max_new_tokens = shape.fresh;
    options.slots = shape.batch;
    return generate(model, prompts, options, Random(4));
}

at::Tensor flat(const std::vector<std::vector<float>>& rows) {
    std::vector<float> all;
    for (const auto& row : rows) all.insert(all.end(), row.begin(), row.end());
    return at::tensor(all);
}

/// Sampling, the reference's pass, and the update: all that a PPO iteration does with a reward that costs nothing.
void time_iteration(const LanguageModel& model, const Sequences& prompts, const Shape& shape, const std::string& size) {
    PpoConfig config;
    config.mini_batch_size = shape.minibatch;
    config.gradient_accumulation_steps = 1;
    config.ppo_epochs = shape.epochs;
    PpoTrainer trainer(config, model.parameters());
    const auto base = model.view("base");
    const Clock whole;
    const Generated generated = sample(model, prompts, shape);
    const double sampled = whole.seconds();
    Rollout rollout{prompts, generated.ids, flat(generated.logprobs), flat(generated.values), {}, {}, {}};
    rollout.ref_logprobs = response_logprobs(dynamic_cast<const LanguageModel&>(*base), prompts, generated.ids);
    std::vector<float> scores;
    for (const auto& ids : generated.ids) {
        double sum = 0;
        for (const auto id : ids) sum += static_cast<double>(id);
        scores.push_back(
            static_cast<float>(sum / static_cast<double>(ids.size()) / static_cast<double>(model.config().vocabulary)));
    }
    rollout.scores = at::tensor(scores);
    const double referenced = whole.seconds();
    const auto statistics = trainer.step(ppo_batch(rollout), evaluate_rollout(model, rollout), Random(5));
    const double seconds = whole.seconds();
    report(shape, cat("ppo ", size, ", ", shape.epochs, " epochs, minibatch ", shape.minibatch), seconds,
           cat(", \"sample_seconds\": ", json_number(std::round(sampled * 1000) / 1000),
               ", \"reference_seconds\": ", json_number(std::round((referenced - sampled) * 1000) / 1000),
               ", \"step_seconds\": ", json_number(std::round((seconds - sampled) * 1000) / 1000),
               ", \"first_approxkl\": ", json_number(statistics.at("ppo/policy/approxkl"))));
}

void run(const Shape& shape) {
    prepare_thread(shape.threads);
    const LanguageModel model = load(shape);
    const Sequences prompts = random_prompts(shape, model.config().vocabulary);
    const std::string size = cat(shape.batch, "x(", shape.prompt, "+", shape.fresh, ")");
    Shape small = shape;
    small.fresh = 4;
    sample(model, Sequences(prompts.begin(), prompts.begin() + 2), small);  // the first call sets things up
    const Clock clock;
    sample(model, prompts, shape);
    report(shape, "sample " + size, clock.seconds());
    time_iteration(model, prompts, shape, size);
}

}  // namespace

int main(int count, char** words) {
    if (count < 4) {
        std::cerr << "usage: ppo_bench MODEL.gguf float32|bfloat16 THREADS [BATCH PROMPT NEW EPOCHS MINIBATCH]\n";
        return 2;
    }
    Shape shape{words[1], words[2], std::atoi(words[3])};
    std::int64_t* const sizes[] = {&shape.batch, &shape.prompt, &shape.fresh, &shape.epochs, &shape.minibatch};
    for (int i = 4; i < count && i < 9; ++i) *sizes[i - 4] = std::atoll(words[i]);
    try {
        run(shape);
    } catch (const std::exception& error) {
        std::cerr << "ppo_bench: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
