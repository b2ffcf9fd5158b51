#pragma once

#include <functional>
#include <future>
#include <semaphore>
#include <thread>

namespace anabranch::reward {

/// A thread that does what it is told, one thing after the other, with SIGPIPE blocked. Child processes live and die
/// with the thread that started them; an engine's workers come and go.
class HomeThread {
  public:
    HomeThread();
    ~HomeThread();
    HomeThread(const HomeThread&) = delete;
    HomeThread& operator=(const HomeThread&) = delete;

    /// Runs `body` there and waits for it; what it throws comes out here. From one thread at a time.
    void run(const std::function<void()>& body);

  private:
    void work();

    std::packaged_task<void()> task_;  ///< not valid: the thread ends
    std::binary_semaphore ready_{0};
    std::thread thread_;
};

}  // namespace anabranch::reward
