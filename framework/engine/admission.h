#pragma once

#include <framework/engine/wiring.h>

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

namespace anabranch::framework {

/// Lets the readers of a resource run together and its writer alone, the oldest sequence first. Nothing waits in here:
/// a call that is refused asks again when `release` names its node. Thread-safe.
class Admission {
  public:
    explicit Admission(const Wiring& wiring);

    /// Whether the call may start now; it then holds its resources until `release`.
    [[nodiscard]] bool request(std::size_t node, std::uint64_t sequence);
    /// After the call. Returns the nodes that were refused and should ask again.
    [[nodiscard]] std::vector<std::size_t> release(std::size_t node);

  private:
    struct State {
        std::size_t readers = 0;
        bool written = false;
    };
    using Waiter = std::pair<std::uint64_t, std::size_t>;  // sequence, node
    [[nodiscard]] bool free(std::size_t node) const;
    [[nodiscard]] bool conflict(std::size_t node, std::size_t other) const;

    const Wiring* wiring_;
    std::mutex mutex_;
    std::vector<State> states_;
    std::set<Waiter> waiters_;
};

}  // namespace anabranch::framework
