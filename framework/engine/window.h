#pragma once

#include <framework/engine/message.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace anabranch::framework {

/// Bounds the packets that a source has in flight. Tickets keep it alive. take() is for one thread at a time; tickets
/// end on any thread.
class Window : public std::enable_shared_from_this<Window> {
  public:
    explicit Window(std::uint64_t size) : size_(size) {}
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    /// Called when a ticket ended; set while nothing runs.
    void on_return(std::function<void()> function) { on_return_ = std::move(function); }

    [[nodiscard]] bool open() const { return in_flight_.load() < size_; }
    [[nodiscard]] Ticket take() {
        high_water_ = std::max(high_water_, ++in_flight_);
        return Ticket(this, [self = shared_from_this()](const void*) {
            --self->in_flight_;
            if (self->on_return_) self->on_return_();
        });
    }
    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Any thread.
    [[nodiscard]] std::uint64_t in_flight() const { return in_flight_.load(); }
    [[nodiscard]] std::uint64_t high_water() const { return high_water_; }

  private:
    std::uint64_t size_;
    std::atomic<std::uint64_t> in_flight_ = 0;
    std::uint64_t high_water_ = 0;
    std::function<void()> on_return_;
};

}  // namespace anabranch::framework
