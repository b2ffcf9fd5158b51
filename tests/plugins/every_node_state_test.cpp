#include <anabranch/plugin.h>
#include <dlfcn.h>
#include <doctest/doctest.h>
#include <support/temporary_folder.h>

#include <bit>
#include <memory>
#include <optional>
#include <set>

#include "made_packets.h"
#include "model_tools.h"

/// Every node type of every plugin that is built: a node that has gone through a part of a stream, and another one that
/// goes on with what the first one saved, must give what one node gives that goes through all of it.
using namespace anabranch;
using namespace anabranch::tests;

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t packets = 7;
constexpr std::int64_t rows = 4;

std::vector<NodeType> every_node_type() {
    std::vector<NodeType> types;
    for (const auto& entry : fs::directory_iterator(fs::path(ANABRANCH_BINARY_DIRECTORY) / "lib/anabranch/plugins")) {
        if (entry.path().extension() != ".so") continue;
        void* const library = dlopen(entry.path().c_str(), RTLD_NOW | RTLD_LOCAL);  // never closed, as the host does
        REQUIRE_MESSAGE(library != nullptr, dlerror());
        Registry registry;
        reinterpret_cast<void (*)(Registry&)>(dlsym(library, "anabranch_register"))(registry);
        types.insert(types.end(), registry.nodes.begin(), registry.nodes.end());
    }
    return types;
}

/// What a type needs that cannot be seen in its spec, or that makes it remember more. Several: each is gone through.
std::vector<Given> parameters_of(const std::string& type, const TemporaryFolder& folder) {
    const std::string posts = std::string(ANABRANCH_SOURCE_DIRECTORY) + "/graphs/data/Posts.xml";
    const auto lines = [&](const std::string& name, const std::string& before, const std::string& after) {
        std::string text;
        for (int row = 0; row < 23; ++row) text += before + std::to_string(row) + after + "\n";
        return folder.write(name, text);
    };
    const auto source = [](const std::string& path, Given more = {}) {
        more.merge(Given{{"path", path}, {"batch", std::int64_t{4}}});
        Given shuffled = more;
        shuffled["shuffle_buffer"] = std::int64_t{6};
        shuffled["repeat"] = true;
        shuffled["skip"] = std::int64_t{2};
        return std::vector<Given>{more, shuffled};
    };
    if (type == "data.jsonl") return source(lines("rows.jsonl", R"({"prompt": "prompt )", R"("})"));
    if (type == "data.instructions")
        return source(lines("alpaca.jsonl", R"({"instruction": "do )", R"(", "input": "", "output": "done"})"));
    if (type == "data.pairs")
        return source(lines("pairs.jsonl", R"({"question": "why )", R"(", "response_j": "so", "response_k": "no"})"));
    if (type == "data.stack_exchange") {
        std::vector<Given> all;
        for (const std::string emit : {"questions", "answers", "pairs"}) {
            for (auto& given : source(posts, {{"emit", emit}})) all.push_back(std::move(given));
        }
        return all;
    }
    if (type == "flow.batch") return {{{"rows", std::int64_t{5}}}};
    if (type == "flow.repeat") return {{{"times", std::int64_t{2}}}};
    if (type == "flow.shuffle") return {{{"buffer", std::int64_t{9}}}};
    if (type == "flow.skip" || type == "flow.take") return {{{"rows", std::int64_t{10}}}};
    if (type == "flow.split")
        return {{{"keep", "test"}, {"test_fraction", 0.4}},
                {{"keep", "train"}, {"test_fraction", 0.4}, {"exact", true}}};
    if (type == "policy.generate") return {{{"max_new_tokens", std::int64_t{4}}}};
    if (type == "ppo.update") return {{{"use_score_scaling", true}, {"use_score_norm", true}, {"lr", 0.01}}};
    if (type == "sft.update" || type == "reward.update")
        return {{{"max_steps", std::int64_t{6}}, {"warmup_steps", std::int64_t{2}}, {"eval_steps", std::int64_t{3}}}};
    if (type == "sink.jsonl") return {{{"numbers", true}}};
    if (type == "text.pack") {
        const Given small{{"seq_length", std::int64_t{8}}, {"num_of_sequences", std::int64_t{5}}};
        Given measured = small;
        measured["measure_examples"] = std::int64_t{11};
        measured["shuffle_seed"] = std::int64_t{1};
        return {small, measured};
    }
    if (type == "text.best_fit")
        return {{{"seq_length", std::int64_t{24}}, {"gather", std::int64_t{6}}, {"batch", std::int64_t{3}}}};
    if (type == "reward.process") {
        const std::string program = "while read line; do echo ${#line}; done";
        return {{{"command", std::vector<std::string>{"bash", "-c", program}}, {"folder", folder.path().string()}}};
    }
    if (type == "reward.match") return {{{"words", std::vector<std::string>{"you", "please"}}}};
    if (type == "text.prompt") return {{{"format", "Q: {question}"}}};
    return {{}};
}

/// A node with its resources, as a run has it, and what it has given.
class Life {
  public:
    Life(const NodeType& type, Given parameters, const TemporaryFolder& folder) : type_(type) {
        if (type.spec.outputs.empty()) {  // what a sink writes is what it gives
            path_ = folder / "sink.txt";
            for (const auto& spec : type.spec.parameters) {
                if (spec.name == "path") parameters["path"] = path_;
            }
        }
        harness_.emplace(type, std::move(parameters), 3);
        for (const auto& use : harness_->spec().uses) {
            auto made = use.capability == "score_head" ? model(llama::add_reward, tiny())
                                                       : model(llama::add_policy, tiny({{"lora_dropout", 0.1}}));
            if (use.access == Access::write) written_ = made;
            harness_->lend(use.name, std::move(made));
        }
        for (const auto& port : harness_->spec().side_inputs)
            harness_->side(port.name, {made_packet(port.type, 100, 3), made_packet(port.type, 101, 2)});
    }

    void run(std::uint64_t first, std::uint64_t end) {
        for (std::uint64_t i = first; i < end && !ended_; ++i) {
            std::map<std::string, Packet, std::less<>> inputs;
            for (const auto& port : harness_->spec().inputs) inputs.emplace(port.name, made_packet(port.type, i, rows));
            for (const auto& port : harness_->spec().any_inputs) {
                inputs.emplace("a", made_packet(port.type, i, rows));
                inputs.emplace("b", made_packet(port.type, i + 50, rows));
            }
            const bool source = inputs.empty();
            const auto given = harness_->run(std::move(inputs));
            ended_ = source && given.empty();
            note(cat("call ", i), given);
        }
    }
    void flush() {
        if (harness_->spec().regroups_rows) note("flush", harness_->flush());
    }
    [[nodiscard]] State save(const fs::path& resource) const {
        if (written_ != nullptr) {
            fs::create_directory(resource);
            written_->save(resource);
        }
        return harness_->save();
    }
    void load(const State& state, const fs::path& resource, std::uint64_t calls) {
        if (written_ != nullptr) written_->load(resource);
        harness_->load(state, calls);
    }
    /// What it gave so far, with what it trained.
    [[nodiscard]] std::string given() const {
        std::string all = given_;
        for (const char* end : {"", ".partial"}) {
            if (!path_.empty() && fs::exists(path_ + end)) all += content_of(path_ + end);
        }
        return all;
    }
    [[nodiscard]] std::string trained_bits() const {
        std::string bits;
        if (written_ == nullptr) return bits;
        for (const auto& values : trained(*written_))
            bits.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
        return bits;
    }

  private:
    void note(const std::string& what, const std::vector<std::pair<std::string, Packet>>& given) {
        if (type_.spec.outputs.empty()) return;
        given_ += what + "\n";
        for (const auto& [port, packet] : given) given_ += port + " " + bits_of(packet);
        for (const auto& [name, value] : harness_->metrics()) {
            const bool timed = name.starts_with("time/") || name.ends_with("_per_second");
            if (!timed) given_ += cat(name, " ", std::bit_cast<std::uint64_t>(value), "\n");
        }
    }

    const NodeType& type_;
    std::optional<Harness> harness_;
    std::shared_ptr<lm::LanguageModel> written_;
    std::string path_;
    std::string given_;
    bool ended_ = false;
};

/// All of the stream, with a change of the node after `cut` calls; `packets` + 1: no change.
std::string lived(const NodeType& type, const Given& parameters, std::uint64_t cut) {
    const TemporaryFolder folder;
    std::string given;
    State state;
    auto life = std::make_unique<Life>(type, parameters, folder);
    life->run(0, std::min(cut, packets));
    if (cut <= packets) {
        state = life->save(folder.path() / "resource");
        given = type.spec.outputs.empty() ? "" : life->given();  // a sink's file goes on
        life.reset();
        life = std::make_unique<Life>(type, parameters, folder);
        life->load(state, folder.path() / "resource", cut);
        life->run(cut, packets);
    }
    life->flush();
    return given + life->given() + life->trained_bits();
}

}  // namespace

TEST_CASE("every node type goes on from what it saved, wherever it was") {
    std::set<std::string> seen;
    for (const NodeType& type : every_node_type()) {
        CAPTURE(type.spec.name);
        seen.insert(type.spec.name);
        const TemporaryFolder folder;
        for (const Given& parameters : parameters_of(type.spec.name, folder)) {
            const std::string expected = lived(type, parameters, packets + 1);
            const bool leaves_nothing = type.spec.name == "flow.discard" || type.spec.name == "sink.print";
            CHECK((leaves_nothing || expected.size() > 60));
            for (const std::uint64_t cut : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{4}, packets}) {
                CAPTURE(cut);
                CHECK((lived(type, parameters, cut) == expected));
            }
        }
    }
    CHECK(seen.size() > 25);
    CHECK(seen.contains("ppo.update"));
}
