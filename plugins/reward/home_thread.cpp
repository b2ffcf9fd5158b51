#include <plugins/reward/home_thread.h>
#include <signal.h>

#include <utility>

namespace anabranch::reward {

HomeThread::HomeThread() : thread_([this] { work(); }) {}

HomeThread::~HomeThread() {
    ready_.release();
    thread_.join();
}

void HomeThread::run(const std::function<void()>& body) {
    std::packaged_task<void()> task(body);
    auto result = task.get_future();
    task_ = std::move(task);
    ready_.release();
    result.get();
}

void HomeThread::work() {
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    for (ready_.acquire(); task_.valid(); ready_.acquire()) std::exchange(task_, {})();
}

}  // namespace anabranch::reward
