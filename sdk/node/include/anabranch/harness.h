#pragma once

#include <anabranch/node.h>

#include <map>
#include <string>
#include <vector>

extern "C" void anabranch_register(anabranch::Registry& registry);  // of the plugin under test, if there is one

namespace anabranch {

/// Runs one node without an engine: for tests of plugins. Checks parameters, inputs and outputs against the spec.
class Harness {
  public:
    Harness(const NodeType& type, std::map<std::string, ParameterValue> parameters, std::uint64_t seed = 0);

    /// The harness of a node class.
    template <typename T>
    static Harness of(std::map<std::string, ParameterValue> parameters = {}, std::uint64_t seed = 0) {
        Registry registry;
        registry.add<T>();
        return Harness(registry.nodes.front(), std::move(parameters), seed);
    }

    /// The harness of a node type of the plugin whose sources the test program is linked with.
    static Harness of_plugin(std::string_view type, std::map<std::string, ParameterValue> parameters = {},
                             std::uint64_t seed = 0) {
        Registry registry;
        anabranch_register(registry);
        return Harness(find(registry, type), std::move(parameters), seed);
    }

    /// Lends a resource to every later call.
    void lend(const std::string& use, std::shared_ptr<Resource> resource);

    /// Gives a side input its stream, before the first call.
    void side(const std::string& port, std::vector<Packet> packets);

    /// One call of `process`: the packets given, by port, in order. A source that ended gives none.
    std::vector<std::pair<std::string, Packet>> run(std::map<std::string, Packet, std::less<>> inputs);
    /// For a source.
    std::vector<std::pair<std::string, Packet>> run() { return run(std::map<std::string, Packet, std::less<>>{}); }
    /// For a node with the input "in": the first packet given.
    Packet run(Packet in);
    std::vector<std::pair<std::string, Packet>> flush();
    void close() { node_->close(); }

    /// What the last call reported, and what it printed.
    [[nodiscard]] const std::map<std::string, double, std::less<>>& metrics() const { return metrics_; }
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

    /// What the node would write into a checkpoint now.
    [[nodiscard]] State save() const;
    /// Goes on, before the first call, where a harness of the same node and seed was that had made `calls` calls.
    void load(const State& state, std::uint64_t calls);
    /// A resumed run: a new node of the same parameters gets `state` before its first call, and goes on with the next
    /// sequence number. Resources and side inputs are shared with it. Must give what this one would give.
    [[nodiscard]] Harness resume(const State& state) const;
    [[nodiscard]] const Spec& spec() const { return spec_; }

  private:
    static const NodeType& find(const Registry& registry, std::string_view type);

    NodeType type_;
    std::uint64_t seed_;
    Spec spec_;
    Parameters parameters_;
    std::unique_ptr<Node> node_;
    Random random_;
    std::map<std::string, Call::Lent, std::less<>> resources_;
    std::shared_ptr<SideStreams> sides_ = std::make_shared<SideStreams>();
    std::uint64_t sequence_ = 0;
    std::map<std::string, double, std::less<>> metrics_;
    std::vector<std::string> lines_;
};

}  // namespace anabranch
