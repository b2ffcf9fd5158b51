#include <doctest/doctest.h>
#include <framework/graph/names.h>

#include <filesystem>

#include "framework/graph/toy_graph.h"
#include "support/temporary_folder.h"

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

/// A folder with two graphs, of which `ppo` starts from what `sft` made.
class Folder {
  public:
    Folder() {
        write("sft.yaml", replaced(toy_graph, "name: toy", "name: sft"));
        write("ppo.yaml", replaced(replaced(toy_graph, "name: toy", "name: ppo"), "lora_rank: 8",
                                   "lora_rank: 8, checkpoint: made:sft/policy"));
    }
    void write(const std::string& name, const std::string& text) const { folder_.write(name, text); }
    [[nodiscard]] const fs::path& path() const { return folder_.path(); }
    [[nodiscard]] ChainOptions options(const std::vector<std::string>& names) const {
        ChainOptions options;
        for (const auto& name : names) options.files.push_back(path() / name);
        options.out = path() / "runs";
        return options;
    }

  private:
    tests::TemporaryFolder folder_;
};

std::string checkpoint(const Chain& chain, std::size_t stage) {
    const auto& plan = chain.stages.at(stage).result.plan;
    REQUIRE_MESSAGE(plan, chain.text());
    return plan->resources.front().parameters.get<std::string>("checkpoint");
}

}  // namespace

TEST_CASE("a later graph gets the folder in which an earlier one saves a resource") {
    const Folder folder;
    const Host host = toy_host();
    const Chain chain = check_chain(host, folder.options({"sft.yaml", "ppo.yaml"}));
    CHECK_FALSE(chain.has_errors());
    CHECK(chain.stages[1].name == "ppo");
    CHECK(chain.stages[1].directory == folder.path() / "runs/ppo");
    const std::string expected = (folder.path() / "runs/sft/resources/policy").string();
    CHECK(checkpoint(chain, 1) == expected);
    CHECK(chain.stages[1].result.plan->resolved.find("checkpoint: \"" + expected + "\"") != std::string::npos);
}

TEST_CASE("what stands behind the resource is a file in its folder") {
    const Folder folder;
    const Host host = toy_host();
    ChainOptions options = folder.options({"sft.yaml", "ppo.yaml"});
    options.overrides.push_back({"ppo.resources.policy.checkpoint", "made:sft/policy/head.safetensors"});
    CHECK(checkpoint(check_chain(host, options), 1) ==
          (folder.path() / "runs/sft/resources/policy/head.safetensors").string());
}

TEST_CASE("the best checkpoint of a graph that keeps one has a name, and of others has none") {
    const Folder folder;
    const Host host = toy_host();
    ChainOptions options = folder.options({"sft.yaml", "ppo.yaml"});
    options.overrides.push_back({"ppo.resources.policy.checkpoint", "made:sft/best/policy"});
    const Chain without = check_chain(host, options);
    CHECK(codes(without.stages[1].result) == "A0127");
    CHECK(without.text().find("'made:sft/best/policy': the run of 'sft' saves policy\n") != std::string::npos);

    options.overrides.push_back({"sft.save", "{every: 2, best: {metric: loss, mode: min}}"});
    CHECK(checkpoint(check_chain(host, options), 1) == (folder.path() / "runs/sft/best/policy").string());
    options.overrides.front().value = "made:sft/best/polcy";
    CHECK(check_chain(host, options).text().find("did you mean 'best/policy'?") != std::string::npos);

    const fs::path run = folder.path() / "run1";
    fs::create_directories(run / "checkpoints/step-000002/policy");
    CHECK(saved_in(run).empty());
    fs::create_directory_symlink("checkpoints/step-000002", run / "best");
    CHECK(saved_in(run) == Saved{{"best/policy", "best/policy"}});
}

TEST_CASE("the order of a chain matters") {
    const Folder folder;
    const Host host = toy_host();
    const Chain chain = check_chain(host, folder.options({"ppo.yaml", "sft.yaml"}));
    CHECK(chain.has_errors());
    CHECK(codes(chain.stages[0].result) == "A0126");
    CHECK(chain.text().find("'sft' runs after this graph; name its file first") != std::string::npos);
}

TEST_CASE("a wrong graph of a chain does not make those after it wrong") {
    const Folder folder;
    const Host host = toy_host();
    folder.write("sft.yaml", "name: sft\nnodes: {}\n");
    const Chain chain = check_chain(host, folder.options({"sft.yaml", "ppo.yaml"}));
    CHECK(codes(chain.stages[0].result) == "A0150");
    CHECK(codes(chain.stages[1].result).empty());
}

TEST_CASE("a graph on its own finds the folder of an earlier run") {
    const Folder folder;
    const Host host = toy_host();
    ChainOptions options = folder.options({"ppo.yaml"});
    CHECK(codes(check_chain(host, options).stages[0].result) == "A0126");
    CHECK(check_chain(host, options).text().find("--made sft=DIR") != std::string::npos);

    options.made.may_be_unknown = true;
    const Chain unknown = check_chain(host, options);
    CHECK(checkpoint(unknown, 0) == "made:sft/policy");
    CHECK(unknown_made(*unknown.stages[0].result.plan) == std::vector<std::string>{"made:sft/policy"});
    CHECK(unknown.stages[0].directory == options.out);

    options.made.may_be_unknown = false;
    const fs::path run = folder.path() / "run1";
    fs::create_directories(run / "resources/other");
    options.made.graphs.push_back({"sft", run, saved_in(run)});
    CHECK(codes(check_chain(host, options).stages[0].result) == "A0127");
    fs::create_directories(run / "resources/policy");
    options.made.graphs.back().saved = saved_in(run);
    CHECK(checkpoint(check_chain(host, options), 0) == (run / "resources/policy").string());

    options.made.graphs.back().name = "ppo";
    CHECK_THROWS_AS(static_cast<void>(check_chain(host, options)), Error);
}

TEST_CASE("--set goes to the graph that it begins with the name of") {
    const Folder folder;
    const Host host = toy_host();
    ChainOptions options = folder.options({"sft.yaml", "ppo.yaml"});
    options.overrides = {{"sft.steps", "3"}, {"ppo.steps", "4"}, {"ppo.seed", "5"}};
    const Chain chain = check_chain(host, options);
    REQUIRE_FALSE(chain.has_errors());
    CHECK(chain.stages[0].result.plan->steps == 3);
    CHECK(chain.stages[1].result.plan->steps == 4);
    CHECK(chain.stages[1].result.plan->seed == 5);

    options = folder.options({"sft.yaml"});
    options.overrides = {{"sft.steps", "3"}, {"seed", "4"}};
    const Chain alone = check_chain(host, options);
    REQUIRE_FALSE(alone.has_errors());
    CHECK(alone.stages[0].result.plan->steps == 3);
    CHECK(alone.stages[0].result.plan->seed == 4);
}

TEST_CASE("names of graphs become names of folders") {
    CHECK(folder_name("a b/c.d-e_f") == "a_b_c.d-e_f");
    CHECK(folder_name("..") == "run");
    CHECK(folder_name("") == "run");
}

}  // namespace anabranch::framework
