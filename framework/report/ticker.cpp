#include <framework/report/ticker.h>

#include <utility>

namespace anabranch::framework {

Ticker::Ticker(std::chrono::milliseconds period, std::function<void()> tick)
    : thread_([this, period, tick = std::move(tick)] {
          std::unique_lock lock(mutex_);
          while (!wake_.wait_for(lock, period, [this] { return stopping_; })) {
              lock.unlock();
              tick();
              lock.lock();
          }
      }) {}

Ticker::~Ticker() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

}  // namespace anabranch::framework
