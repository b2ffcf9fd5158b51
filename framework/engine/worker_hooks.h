#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace anabranch::framework {

/// Lets plugins prepare each thread that runs nodes: once a thread, before its first node. Thread-safe.
class WorkerHooks {
  public:
    WorkerHooks(std::vector<std::function<void(int)>> hooks, int threads)
        : hooks_(std::move(hooks)), threads_(threads) {}

    /// On the thread that is about to run nodes. Throws what a hook throws.
    void enter() {
        {
            const std::scoped_lock lock(mutex_);
            if (!prepared_.insert(std::this_thread::get_id()).second) return;
        }
        for (const auto& hook : hooks_) hook(threads_);
    }

  private:
    std::vector<std::function<void(int)>> hooks_;
    int threads_;
    std::mutex mutex_;
    std::set<std::thread::id> prepared_;
};

}  // namespace anabranch::framework
