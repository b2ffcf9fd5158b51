#include <anabranch/error.h>
#include <plugins/reward/child_process.h>
#include <plugins/reward/child_start.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace anabranch::reward {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t last_words_kept = 2000;
constexpr std::size_t most_output = std::size_t{16} << 20U;  // that is read of a process which is to end
constexpr auto between_looks = 10ms;                         // at a process that is to end
constexpr auto after_request = 500ms;                        // that it has to end when it is told to

void close(int& descriptor) {
    if (descriptor >= 0) ::close(descriptor);
    descriptor = -1;
}

/// Appends what can be read now; closes the descriptor at its end.
void drain(int& descriptor, std::string& to, std::size_t most) {
    std::array<char, 65536> buffer{};
    for (std::size_t total = 0; descriptor >= 0 && total < most;) {
        const ssize_t size = ::read(descriptor, buffer.data(), buffer.size());
        if (size > 0) {
            to.append(buffer.data(), static_cast<std::size_t>(size));
            total += static_cast<std::size_t>(size);
        } else if (size < 0 && errno == EINTR) {
            continue;
        } else if (size < 0 && errno == EAGAIN) {
            return;
        } else {
            close(descriptor);
        }
    }
}

}  // namespace

std::string Command::text() const {
    std::string joined;
    for (const auto& word : words) joined += (joined.empty() ? "" : " ") + word;
    return joined;
}

ChildProcess::ChildProcess(const Command& command) {
    const StartedChild started = start_child(command);
    process_ = started.process;
    input_ = started.input;
    output_descriptor_ = started.output;
    error_ = started.error;
}

ChildProcess::~ChildProcess() {
    end(0ms);
    for (int* descriptor : {&input_, &output_descriptor_, &error_}) close(*descriptor);
}

void ChildProcess::send(std::string_view text) {
    pending_.append(text);
}

void ChildProcess::close_input() {
    closing_ = true;
    write_some();
}

void ChildProcess::watch(std::vector<pollfd>& descriptors) const {
    if (input_ >= 0 && written_ < pending_.size()) descriptors.push_back({input_, POLLOUT, 0});
    if (output_descriptor_ >= 0) descriptors.push_back({output_descriptor_, POLLIN, 0});
    if (error_ >= 0) descriptors.push_back({error_, POLLIN, 0});
}

void ChildProcess::pump() {
    write_some();
    read_some();
}

void ChildProcess::write_some() {
    while (input_ >= 0 && written_ < pending_.size()) {
        const ssize_t size = ::write(input_, pending_.data() + written_, pending_.size() - written_);
        if (size >= 0) {
            written_ += static_cast<std::size_t>(size);
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR) {
            close(input_);  // it reads no more: what it still answers, or its end, will show
        }
    }
    pending_.clear();
    written_ = 0;
    if (closing_) close(input_);
}

void ChildProcess::read_some() {
    constexpr std::size_t at_once = std::size_t{1} << 20U;
    drain(output_descriptor_, output_, at_once);
    drain(error_, last_words_, at_once);
    if (last_words_.size() > last_words_kept) last_words_.erase(0, last_words_.size() - last_words_kept);
}

std::optional<std::string> ChildProcess::take_line() {
    const std::size_t end = output_.find('\n', std::max(searched_, taken_));
    if (end == std::string::npos) {
        output_.erase(0, taken_);
        taken_ = 0;
        searched_ = output_.size();
        return std::nullopt;
    }
    std::string line = output_.substr(taken_, end - taken_);
    taken_ = end + 1;
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

bool ChildProcess::is_silent() {
    // A process that it started may hold its output open after its end.
    if (output_descriptor_ >= 0 && has_exited()) read_some();
    return output_descriptor_ < 0 || has_exited();
}

bool ChildProcess::has_exited() const {
    siginfo_t about{};
    // WNOWAIT: the number stays its own until its group was ended too.
    return ::waitid(P_PID, static_cast<id_t>(process_), &about, WEXITED | WNOHANG | WNOWAIT) == 0 && about.si_pid != 0;
}

bool ChildProcess::exits_within(std::chrono::milliseconds time) {
    const auto latest = std::chrono::steady_clock::now() + time;
    while (!has_exited()) {
        if (std::chrono::steady_clock::now() >= latest) return false;
        if (output_.size() < most_output) pump();  // it may be unable to end before somebody reads what it writes
        ::poll(nullptr, 0, static_cast<int>(between_looks.count()));
    }
    return true;
}

std::string ChildProcess::end(std::chrono::milliseconds patience) {
    if (process_ < 0) return "";
    if (!exits_within(patience)) {
        ::kill(-process_, patience > 0ms ? SIGTERM : SIGKILL);
        if (!exits_within(after_request)) ::kill(-process_, SIGKILL);
    }
    int status = 0;
    siginfo_t about{};
    while (::waitid(P_PID, static_cast<id_t>(process_), &about, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    ::kill(-process_, SIGKILL);  // processes that it started and left
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    read_some();
    if (WIFSIGNALED(status))
        return cat("was ended by signal ", WTERMSIG(status), " (", ::strsignal(WTERMSIG(status)), ")");
    return cat("ended with exit code ", WEXITSTATUS(status));
}

}  // namespace anabranch::reward
