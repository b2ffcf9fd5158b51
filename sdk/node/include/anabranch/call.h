#pragma once

#include <anabranch/packet.h>
#include <anabranch/random.h>
#include <anabranch/resource.h>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anabranch {

/// The streams of a node's side inputs, whole, by port.
using SideStreams = std::map<std::string, std::vector<Packet>, std::less<>>;

/// One call of a node: what came in, what goes out, and what the engine lends meanwhile. Lives for that call, on one
/// thread.
class Call {
  public:
    /// A resource lent to a call. A writer gets the live one, a reader the version that its sequence number must see.
    struct Lent {
        std::shared_ptr<const Resource> readable;
        std::shared_ptr<Resource> writable;
    };
    struct Setup {
        std::uint64_t sequence = 0;
        Random random{0};
        std::map<std::string, Packet, std::less<>> inputs{};
        std::map<std::string, Lent, std::less<>> resources{};
        std::shared_ptr<const SideStreams> sides{};
    };
    struct Emission {
        std::string port;
        PacketBuilder packet;
    };

    explicit Call(Setup setup) : setup_(std::move(setup)) {}

    /// Number of the packet on its clock, from 0. Of a node that regroups: of its inputs.
    [[nodiscard]] std::uint64_t sequence() const { return setup_.sequence; }
    /// Depends on the run's seed, the node's name and the sequence number; the same in every engine.
    [[nodiscard]] const Random& random() const { return setup_.random; }

    [[nodiscard]] const Packet& in(std::string_view port = "in") const;
    /// Every input by name, in the order of the names.
    [[nodiscard]] const std::map<std::string, Packet, std::less<>>& inputs() const { return setup_.inputs; }

    /// Every packet of a side input, in order: the same in each call. Valid as long as the node.
    [[nodiscard]] std::span<const Packet> side(std::string_view port) const;
    [[nodiscard]] bool has_side(std::string_view port) const {
        return setup_.sides != nullptr && setup_.sides->contains(port);
    }

    /// The one packet that this call gives on `port`.
    PacketBuilder& out(std::string_view port = "out");
    /// One more packet on `port`, for nodes that regroup.
    PacketBuilder& emit(std::string_view port = "out");
    /// A source has no more packets; what this call put out is dropped.
    void end_of_stream() { ended_ = true; }

    /// T: the interface that goes with the capability in the spec.
    template <typename T>
    [[nodiscard]] const T& read(std::string_view use) const {
        return cast<const T>(lent(use).readable.get(), use);
    }
    template <typename T>
    [[nodiscard]] T& write(std::string_view use) const {
        return cast<T>(lent(use).writable.get(), use);
    }
    [[nodiscard]] bool has_resource(std::string_view use) const { return setup_.resources.contains(use); }

    /// A value for this step's line in metrics.jsonl. Names are TRL's: "objective/kl".
    void metric(std::string_view name, double value) { metrics_.insert_or_assign(std::string(name), value); }
    /// A line for the person who watches the run.
    void print(std::string line) { lines_.push_back(std::move(line)); }

    // What the engine collects after the call.
    [[nodiscard]] std::deque<Emission>& emissions() { return emissions_; }
    [[nodiscard]] const std::map<std::string, double, std::less<>>& metrics() const { return metrics_; }
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
    [[nodiscard]] bool ended() const { return ended_; }

  private:
    [[nodiscard]] const Lent& lent(std::string_view use) const;
    template <typename T, typename Base>
    static T& cast(Base* base, std::string_view use) {
        T* typed = dynamic_cast<T*>(base);
        if (typed == nullptr)
            throw Error(cat("resource '", use, "' does not have the interface that the node asks for"));
        return *typed;
    }

    Setup setup_;
    std::deque<Emission> emissions_;  // a deque: `out` hands out references that later calls must keep valid
    std::map<std::string, double, std::less<>> metrics_;
    std::vector<std::string> lines_;
    bool ended_ = false;
};

}  // namespace anabranch
