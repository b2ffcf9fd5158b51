#include <framework/engine/stop_signal.h>
#include <unistd.h>

#include <atomic>
#include <string_view>

namespace anabranch::framework {
namespace {

// A signal handler reaches nothing but what is global.
std::atomic<int> signals = 0;
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void count_signal(int) {
    if (signals.fetch_add(1) > 0) _exit(130);
    constexpr std::string_view text = "\nstopping after this step; press Ctrl-C again to stop at once\n";
    [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

StopSignal::StopSignal() {
    signals = 0;
    struct sigaction action {};
    action.sa_handler = count_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &interrupt_);
    sigaction(SIGTERM, &action, &terminate_);
}

StopSignal::~StopSignal() {
    sigaction(SIGINT, &interrupt_, nullptr);
    sigaction(SIGTERM, &terminate_, nullptr);
}

bool StopSignal::requested() const {
    return signals.load() > 0;
}

}  // namespace anabranch::framework
