#pragma once

#include <anabranch/node.h>

#include <map>
#include <string>
#include <vector>

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

    /// Lends a resource to every later call.
    void lend(const std::string& use, std::shared_ptr<Resource> resource);

    /// Gives a side input its stream, before the first call.
    void side(const std::string& port, std::vector<Packet> packets);

    /// One call of `process`: the packets given, by port, in order. A source that ended gives none.
    std::vector<std::pair<std::string, Packet>> run(std::map<std::string, Packet, std::less<>> inputs);
    /// For a node with the input "in": the first packet given.
    Packet run(Packet in);
    std::vector<std::pair<std::string, Packet>> flush();
    [[nodiscard]] const std::map<std::string, double, std::less<>>& metrics() const { return metrics_; }
    [[nodiscard]] const Spec& spec() const { return spec_; }

  private:
    Spec spec_;
    Parameters parameters_;
    std::unique_ptr<Node> node_;
    Random random_;
    std::map<std::string, Call::Lent, std::less<>> resources_;
    std::shared_ptr<SideStreams> sides_ = std::make_shared<SideStreams>();
    std::uint64_t sequence_ = 0;
    std::map<std::string, double, std::less<>> metrics_;
};

}  // namespace anabranch
