#pragma once

#include <anabranch/call.h>
#include <framework/engine/call_times.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace anabranch::framework {

/// Held by everything that a source's packet leads to; when the last copy goes, the source may give another packet.
using Ticket = std::shared_ptr<const void>;
using Version = std::shared_ptr<const Resource>;

/// What one call of a node led to: all that other nodes wait for. Sent to each of them, shared and immutable.
struct Outcome {
    struct Given {
        std::size_t output = 0;    ///< index in Spec::outputs
        std::uint64_t number = 0;  ///< on the node's output clock
        Packet packet;
    };
    std::size_t node = 0;
    std::uint64_t sequence = 0;
    std::vector<Given> packets;
    std::map<std::size_t, Version> snapshots;  ///< by resource, taken right after a call that writes it
    Ticket ticket;
    bool ended = false;                 ///< the last one: the node will not be called again
    std::vector<std::uint64_t> counts;  ///< when ended: packets given in all, by output
};
using OutcomePtr = std::shared_ptr<const Outcome>;

/// A call with everything that it needs.
struct ReadyCall {
    std::size_t node = 0;
    std::uint64_t sequence = 0;
    bool last = false;  ///< no packet: the stream ended before `sequence`
    std::map<std::string, Packet, std::less<>> inputs{};
    std::vector<std::pair<std::string, Version>> snapshots{};  ///< by use; null: the first version
    std::vector<Ticket> tickets{};
    std::shared_ptr<const SideStreams> sides{};  ///< null: none
    CallTimes times{};
};

}  // namespace anabranch::framework
