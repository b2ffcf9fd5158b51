#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace anabranch::framework {

/// Calls a function again and again on a thread of its own, until it goes.
class Ticker {
  public:
    /// `tick` must not throw.
    Ticker(std::chrono::milliseconds period, std::function<void()> tick);
    /// Returns once `tick` is not running and will not be called again.
    ~Ticker();
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;

  private:
    std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace anabranch::framework
