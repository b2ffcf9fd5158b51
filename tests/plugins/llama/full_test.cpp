#include <anabranch/lm/sft/sft.h>
#include <doctest/doctest.h>
#include <plugins/model_tools.h>
#include <plugins/sft/nodes.h>
#include <support/temporary_folder.h>

using namespace anabranch;
using namespace anabranch::tests;

namespace {

const Rows learnt{{5, 6, 7, 8}, {9, 10, 11}};

Packet rows() {
    return packet({{"input_ids", Ragged::of(learnt)}, {"labels", Ragged::of(learnt)}});
}

}  // namespace

TEST_CASE("llama.full: sft.update trains every weight, which are saved and can be loaded as a checkpoint") {
    for (const char* dtype : {"float32", "bfloat16"}) {
        CAPTURE(dtype);
        Given given = tiny();
        given["dtype"] = std::string(dtype);
        const auto full = model(llama::add_full, given);
        CHECK(full->describe().find("0.08 M trained") != std::string::npos);
        const auto before = trained(*full);
        auto node = harness(sft::add_update, {{"lr_scheduler_type", std::string("constant")},
                                              {"warmup_steps", std::int64_t{0}},
                                              {"lr", 1e-3},
                                              {"gradient_checkpointing", true}});
        node.lend("model", full);
        for (int i = 0; i < 3; ++i) static_cast<void>(node.run({{"in", rows()}}));
        const auto after = trained(*full);
        for (std::size_t i = 0; i < after.size(); ++i) CHECK(after[i] != before[i]);

        const TemporaryFolder folder;
        full->save(folder.path());
        auto again = model(llama::add_full, given);
        again->load(folder.path());
        CHECK(trained(*again) == after);
        const double loss = lm::evaluate_sft(*full, learnt, learnt).loss;
        CHECK(lm::evaluate_sft(*again, learnt, learnt).loss == loss);

        // A copy that waits for a reader while the run is checkpointed: the weights in the type that it computes with.
        const TemporaryFolder copied;
        full->snapshot()->save(copied.path());
        again = model(llama::add_full, given);
        again->load(copied.path());
        const auto copy = std::dynamic_pointer_cast<const lm::LanguageModel>(again->snapshot());
        CHECK(lm::evaluate_sft(*copy, learnt, learnt).loss == loss);
    }
}

TEST_CASE("llama.full: it is trained and read, and has no view of what it was") {
    const ResourceSpec spec = refined(llama::add_full, tiny());
    REQUIRE(spec.views.size() == 1);
    CHECK(spec.views.front().capabilities == std::vector<std::string>{"causal_lm", "tokenizer", "trained_lm"});
}
