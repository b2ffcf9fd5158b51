#include <doctest/doctest.h>
#include <framework/state/run_identity.h>
#include <support/temporary_folder.h>

#include "framework/engine/fake_graph.h"

using namespace anabranch;
using namespace anabranch::framework;

TEST_CASE("graphs are compared value by value, by their places") {
    const std::string was =
        "name: ppo\nseed: 1\nresources:\n  policy:\n    type: \"llama.policy\"\n    lora_rank: 4\nnodes:\n  update:\n  "
        "  lr: "
        "0.001\nfeedback:\n  - {from: update.step, to: questions, credits: 1}\n";
    CHECK(graph_differences(was, was).empty());
    const std::string is =
        "name: ppo\nseed: 2\nresources:\n  policy:\n    type: \"llama.policy\"\nnodes:\n  update:\n    lr: "
        "0.01\n    gamma: 1\nfeedback:\n  - {from: update.step, to: questions, credits: 2}\n";
    CHECK(graph_differences(was, is) ==
          std::vector<std::string>{
              "graph: feedback.{from: update.step, to: questions, credits: 1} was there and is not there",
              "graph: feedback.{from: update.step, to: questions, credits: 2} was not there and is there",
              "graph: nodes.update.gamma was not there and is 1",
              "graph: nodes.update.lr was 0.001 and is 0.01",
              "graph: resources.policy.lora_rank was 4 and is not there",
              "graph: seed was 1 and is 2",
          });
    CHECK(graph_differences("nodes:\n  a:\n    x: 1\n  b:\n    x: 1\n", "nodes:\n  b:\n    x: 1\n  a:\n    x: 1\n") ==
          std::vector<std::string>{"graph: the order of its nodes or resources is another one"});
}

TEST_CASE("an identity survives a state, and says which file, plugin or number of threads is another one") {
    const RunIdentity was{"name: a\n", 2, {{"data.xml", "10 bytes"}, {"model", "1 bytes"}}, {{"ppo", "x"}}};
    State state;
    was.save_state(state);
    const RunIdentity read = RunIdentity::from_state(state);
    CHECK(differences(was, read).empty());
    RunIdentity is = read;
    is.files["data.xml"] = "11 bytes";
    is.files.erase("model");
    is.libraries["ppo"] = "y";
    is.threads = 1;
    CHECK(differences(was, is) == std::vector<std::string>{"file data.xml was 10 bytes and is 11 bytes",
                                                           "file model was 1 bytes and is not there",
                                                           "plugin ppo was x and is y", "--threads was 2 and is 1"});
}

TEST_CASE("files that a plan reads are those of sources and resources, not what sinks write") {
    const anabranch::tests::TemporaryFolder folder;
    testing::FakeGraph graph(1);
    const std::string data = folder.write("data.txt", "data");
    Spec source("fake.source", "Reads.");
    source.output("out", "").required("path", ParameterKind::path, "").optional("temporary", ParameterKind::path, "");
    graph.node("source", source, {});
    graph.node("sink", Spec("fake.sink", "Writes.").input("in", "").required("path", ParameterKind::path, ""), {},
               {{"in", "source.out"}});
    auto& nodes = graph.plan().nodes;
    nodes[0].parameters = Parameters(nodes[0].spec.parameters, {{"path", data}, {"temporary", folder / "scratch"}});
    nodes[1].parameters = Parameters(nodes[1].spec.parameters, {{"path", folder / "out.jsonl"}});
    CHECK(files_read(graph.plan()) == std::vector<std::string>{data});
    const auto identity = RunIdentity::of(graph.plan(), 3, {{"fakes", data}, {"others", data}}, {data});
    CHECK(identity.files.at(data).starts_with("4 bytes, sha256 "));
    CHECK(identity.libraries.size() == 2);
    CHECK(identity.libraries.contains("fakes"));
    CHECK(identity.libraries.contains("data.txt"));  // as if plugins were linked with it
    CHECK(identity.graph == graph.plan().resolved);
}
