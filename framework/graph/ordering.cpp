#include <framework/graph/ordering.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <queue>

namespace anabranch::framework {
namespace {

class Sorter {
  public:
    explicit Sorter(const std::vector<std::vector<std::size_t>>& dependencies)
        : dependencies_(dependencies),
          dependents_(dependencies.size()),
          waits_(dependencies.size()),
          done_(dependencies.size(), false) {
        for (std::size_t i = 0; i < dependencies.size(); ++i) {
            waits_[i] = dependencies[i].size();
            for (const std::size_t dependency : dependencies[i]) dependents_[dependency].push_back(i);
            if (waits_[i] == 0) ready_.push(i);
        }
    }

    Ordering sort() {
        while (true) {
            drain();
            const auto stuck = std::ranges::find(done_, false);
            if (stuck == done_.end()) return std::move(ordering_);
            // Whatever is left waits for something left: walking back must come round. The knot is cut there.
            auto cycle = walk(static_cast<std::size_t>(stuck - done_.begin()));
            for (const std::size_t i : cycle) finish(i);
            ordering_.cycles.push_back(std::move(cycle));
        }
    }

  private:
    void drain() {
        while (!ready_.empty()) {
            const std::size_t next = ready_.top();
            ready_.pop();
            if (!done_[next]) finish(next);
        }
    }
    void finish(std::size_t i) {
        done_[i] = true;
        ordering_.order.push_back(i);
        for (const std::size_t dependent : dependents_[i]) {
            if (--waits_[dependent] == 0) ready_.push(dependent);
        }
    }
    [[nodiscard]] std::vector<std::size_t> walk(std::size_t at) const {
        std::vector<std::size_t> path;
        while (std::ranges::find(path, at) == path.end()) {
            path.push_back(at);
            at = *std::ranges::find_if(dependencies_[at], [this](std::size_t i) { return !done_[i]; });
        }
        path.erase(path.begin(), std::ranges::find(path, at));
        std::ranges::rotate(path, std::ranges::min_element(path));
        return path;
    }

    const std::vector<std::vector<std::size_t>>& dependencies_;
    std::vector<std::vector<std::size_t>> dependents_;
    std::vector<std::size_t> waits_;
    std::vector<bool> done_;
    std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready_;
    Ordering ordering_;
};

}  // namespace

Ordering order_by_dependencies(const std::vector<std::vector<std::size_t>>& dependencies) {
    return Sorter(dependencies).sort();
}

}  // namespace anabranch::framework
