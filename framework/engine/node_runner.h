#pragma once

#include <anabranch/node.h>
#include <framework/engine/failures.h>
#include <framework/engine/message.h>
#include <framework/engine/observer.h>
#include <framework/engine/resource_store.h>
#include <framework/state/checkpoints.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace anabranch::framework {

/// A node of the graph, alive: runs its calls and turns what leaves them into outcomes or failures.
class NodeRunner {
  public:
    /// Makes the node. Throws with the place in the graph.
    NodeRunner(std::size_t index, const Plan& plan, const Wiring& wiring);

    void lend(const ResourceStore& resources, Checkpoints& checkpoints);
    /// On a worker thread; several at once for a node that is parallel. Null after a failure, which is then in
    /// `failures`.
    [[nodiscard]] OutcomePtr run(ReadyCall ready, Failures& failures, Observer& observer);
    void close(Failures& failures, Observer& observer);

    /// What later calls depend on: what the node remembers, the packets that it has given by output, and which versions
    /// its last call read, by use.
    struct Saved {
        State node{};
        std::vector<std::uint64_t> given{};
        std::vector<std::pair<std::string, Version>> latest{};
    };
    /// Between calls. Throws with the place in the graph.
    [[nodiscard]] Saved saved() const;
    /// Before the first call. Throws with the place in the graph.
    void restore(Saved saved);

  private:
    /// `process` or, at the end, `flush`: the packets given.
    [[nodiscard]] std::vector<std::pair<std::string, Packet>> call_node(ReadyCall& ready, Outcome& outcome,
                                                                        CallRecord& record);
    [[nodiscard]] std::shared_ptr<Outcome> process(ReadyCall& ready, CallRecord& record);
    void save(std::uint64_t sequence, CallRecord& record, Failures& failures);
    [[nodiscard]] std::map<std::string, Call::Lent, std::less<>> lent(const ReadyCall& ready) const;
    [[nodiscard]] std::uint64_t number_of(std::size_t output, std::uint64_t sequence);

    std::size_t index_;
    const PlanNode* plan_;
    std::vector<std::size_t> written_;  ///< resources of which readers need a copy after each call
    Random random_;
    std::unique_ptr<Node> node_;
    const ResourceStore* resources_ = nullptr;
    Checkpoints* checkpoints_ = nullptr;
    std::map<std::string, Call::Lent, std::less<>> lent_;
    std::map<std::string, Version> first_;                 ///< by use that reads snapshots
    std::vector<std::uint64_t> given_;                     ///< packets by output; a node that regroups counts its own
    std::vector<std::pair<std::string, Version>> latest_;  ///< what the last call read, for `flush`
    std::once_flag sides_checked_;
};

}  // namespace anabranch::framework
