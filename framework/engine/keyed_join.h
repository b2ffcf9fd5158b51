#pragma once

#include <framework/engine/message.h>
#include <framework/engine/wiring.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::framework {

/// Collects what a node's calls wait for, whatever order it comes in, and gives the calls strictly in sequence.
/// Not thread-safe: an engine uses it from one place at a time.
class KeyedJoin {
  public:
    KeyedJoin(std::size_t node, const NodeWiring& wiring);

    /// Keeps all that the node waits for from `outcome`.
    void take(const Outcome& outcome);

    /// The sequence number of the next call.
    [[nodiscard]] std::uint64_t next() const { return next_; }
    /// Whether everything that call next() waits for is here.
    [[nodiscard]] bool complete() const;
    /// Whether the streams of all side inputs have come to their ends.
    [[nodiscard]] bool sides_whole() const;
    /// Whether the call before next() has returned, as far as the node must wait for that.
    [[nodiscard]] bool idle() const;
    /// The call next(); it must be complete. Of its times it has `complete`.
    [[nodiscard]] ReadyCall pop();
    /// The streams of the side inputs; null without any, or when they are not whole.
    [[nodiscard]] std::shared_ptr<const SideStreams> sides();

    /// Whether the input streams have ended and all of their packets were given. Throws when streams that should be
    /// equally long are not.
    [[nodiscard]] bool stream_over() const;

    /// What a slot holds of the call `sequence`; of a side input of packet `sequence`.
    struct Waiting {
        std::size_t slot = 0;
        std::uint64_t sequence = 0;
        Packet packet{};
        Version version{};
        Ticket ticket{};
    };
    /// All that it holds.
    struct Saved {
        std::uint64_t next = 0;
        std::vector<std::optional<std::uint64_t>> ends{};
        std::vector<Waiting> waiting{};
        std::shared_ptr<const SideStreams> sides{};
    };
    [[nodiscard]] Saved saved() const;
    void restore(Saved saved);

    struct Missing {
        const Slot* slot;
        /// Of the packet or call of `slot->from` that is waited for; of a side input: how many packets are here.
        std::uint64_t number;
        std::optional<std::uint64_t> ended;  ///< that output ended after so many packets
    };
    /// What call next() still waits for.
    [[nodiscard]] std::vector<Missing> missing() const;
    /// The most packets that have waited at each slot.
    [[nodiscard]] const std::vector<std::size_t>& high_water() const { return high_water_; }

  private:
    struct Item {
        Packet packet{};
        Version version{};
        Ticket ticket{};
        Instant arrived{};
    };
    void put(std::size_t slot, std::uint64_t number, Item item);
    [[nodiscard]] bool has(std::size_t slot) const;

    std::size_t node_;
    const NodeWiring* wiring_;
    std::uint64_t next_ = 0;
    std::vector<std::map<std::uint64_t, Item>> items_;  ///< by slot, then by the sequence number of the call
    std::vector<std::optional<std::uint64_t>> ends_;    ///< by slot
    std::vector<std::size_t> high_water_;
    std::shared_ptr<const SideStreams> sides_;
    Instant sides_arrived_;
};

}  // namespace anabranch::framework
