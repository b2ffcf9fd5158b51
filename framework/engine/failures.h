#pragma once

#include <framework/graph/plan.h>

#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace anabranch::framework {

/// Everything that went wrong in a run, in the order in which it came up. Thread-safe.
class Failures {
  public:
    /// `node`: the one to blame, if one is.
    void add(std::string message, std::optional<std::size_t> node = std::nullopt);
    /// Whether something failed: nothing new is started then.
    [[nodiscard]] bool any() const { return any_.load(); }
    [[nodiscard]] bool failed(std::size_t node) const;
    [[nodiscard]] std::vector<std::string> messages() const;

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> messages_;
    std::set<std::size_t> nodes_;
    std::atomic<bool> any_ = false;
};

/// What the exception says, whatever type it has.
[[nodiscard]] std::string message_of(const std::exception_ptr& exception);
/// "graph.yaml:12: node 'update' (ppo.update, plugin ppo)"
[[nodiscard]] std::string place_of(const PlanNode& node);
[[nodiscard]] std::string place_of(const PlanResource& resource);

}  // namespace anabranch::framework
