#include <anabranch/lm/generate/generate.h>
#include <anabranch/lm/tensor/bridge.h>
#include <anabranch/lm/tokenizer/partial_utf8.h>
#include <anabranch/node.h>
#include <plugins/policy/nodes.h>

#include <chrono>

namespace anabranch::policy {
namespace {

class Generate final : public Node {
  public:
    static Spec spec() {
        return Spec("policy.generate", "Samples a response to each prompt, with its log-probabilities and values.")
            .input("in", "prompt_tokens: i64[B,~P]", "prompts; none may be empty")
            .output("out", "*, response_tokens: i64[B,~R], response: str[B], logprobs: f32[B,~R], values: f32[B,~R]",
                    "what came in; the new tokens, a stop token included; their text without control tokens; of each "
                    "new token "
                    "the log-probability (untempered, over the whole vocabulary) and the value of the state before it")
            .reads("policy", "value_head", "the model that answers")
            .optional("max_new_tokens", ParameterKind::integer,
                      "length of a response at most; 128 when length_range is not given either", at_least(1))
            .optional(
                "length_range", ParameterKind::integers,
                "[low, high]: draw the length for each packet uniformly, high excluded, instead of max_new_tokens",
                at_least(1))
            .parameter("temperature", 1.0, "0: greedy", at_least(0))
            .parameter("top_k", 0, "sample from the k most probable tokens; 0: from all", at_least(0))
            .parameter("top_p", 1.0,
                       "sample from the smallest set of the most probable tokens with this mass; 1: from all",
                       Constraint{.minimum = 0.0, .maximum = 1.0, .open_minimum = true})
            .parameter("stop_at_eos", true,
                       "end a response after the first end-of-sequence token; false: as the original recipe")
            .parameter("slots", 64, "responses written together; the next prompt takes the place of one that ends",
                       at_least(1))
            .parameter("values", true, "give the column `values`, for which the model needs a value head")
            .refine(refine)
            .example("rollout: {type: policy.generate, in: tokens, policy: policy, max_new_tokens: 64}");
    }

    explicit Generate(const Parameters& p)
        : length_range_(p.find<std::vector<std::int64_t>>("length_range")),
          stop_at_eos_(p.get<bool>("stop_at_eos")),
          values_(p.get<bool>("values")) {
        options_.sampler = {p.get<double>("temperature"), p.get<std::int64_t>("top_k"), p.get<double>("top_p")};
        options_.max_new_tokens = p.find<std::int64_t>("max_new_tokens").value_or(128);
        options_.slots = p.get<std::int64_t>("slots");
    }

    void process(Call& call) override {
        const auto& model = call.read<lm::LanguageModel>("policy");
        const auto started = std::chrono::steady_clock::now();
        const lm::Generated generated = lm::generate(
            model, lm::rows_of<std::int64_t>(call.in().ragged("prompt_tokens")), options(call, model), call.random());
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();

        std::vector<std::string> texts;
        std::size_t tokens = 0;
        for (const auto& ids : generated.ids) {
            texts.push_back(lm::replace_invalid_utf8(model.tokenizer().decode(ids, true)));
            tokens += ids.size();
        }
        auto& out = call.out();
        out.set("response_tokens", generated.ids);
        out.set("response", std::move(texts));
        out.set("logprobs", generated.logprobs);
        if (values_) out.set("values", generated.values);
        call.metric("time/generate", seconds);
        call.metric("tokens/generated_per_second", static_cast<double>(tokens) / seconds);
    }

  private:
    static void refine(const Parameters& p, Spec& spec) {
        const auto range = p.find<std::vector<std::int64_t>>("length_range");
        if (range && p.has("max_new_tokens"))
            throw Error("'max_new_tokens' and 'length_range' exclude each other; give one");
        if (range && (range->size() != 2 || range->front() >= range->back())) {
            throw Error("'length_range' is [low, high] with low below high");
        }
        if (p.get<bool>("values")) return;
        spec.uses.front().capability = "causal_lm";
        spec.output("out", "*, response_tokens: i64[B,~R], response: str[B], logprobs: f32[B,~R]");
    }

    [[nodiscard]] lm::GenerateOptions options(const Call& call, const lm::LanguageModel& model) const {
        lm::GenerateOptions options = options_;
        if (length_range_)
            options.max_new_tokens =
                call.random().fork("length").integer(length_range_->front(), length_range_->back(), 0);
        if (stop_at_eos_) {
            options.stop_ids = model.tokenizer().stops();
            if (options.stop_ids.empty())
                throw Error("stop_at_eos: the model's tokenizer has no end-of-sequence token; set stop_at_eos: false");
        }
        return options;
    }

    lm::GenerateOptions options_;
    std::optional<std::vector<std::int64_t>> length_range_;
    bool stop_at_eos_;
    bool values_;
};

}  // namespace

void add_generate(Registry& registry) {
    registry.add<Generate>();
}

}  // namespace anabranch::policy
