#include <anabranch/error.h>
#include <fcntl.h>
#include <plugins/reward/child_start.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace anabranch::reward {
namespace {

/// A pipe whose ends are closed on exec and with this object. Neither is 0, 1 or 2, which the child's own streams
/// become.
class Pipe {
  public:
    Pipe() {
        std::array<int, 2> made{};
        if (::pipe2(made.data(), O_CLOEXEC) != 0) fail();
        for (std::size_t i = 0; i < made.size(); ++i) {
            ends_.at(i) = ::fcntl(made.at(i), F_DUPFD_CLOEXEC, 3);
            ::close(made.at(i));
        }
        if (ends_[0] < 0 || ends_[1] < 0) fail();
    }
    ~Pipe() {
        for (std::size_t i = 0; i < ends_.size(); ++i) close(i);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] int end(std::size_t which) const { return ends_.at(which); }
    void close(std::size_t which) {
        if (ends_.at(which) >= 0) ::close(ends_.at(which));
        ends_.at(which) = -1;
    }
    /// Gives an end away, which from now on does not block.
    int release(std::size_t which) {
        const int given = ends_.at(which);
        if (::fcntl(given, F_SETFL, O_NONBLOCK) != 0) fail();
        ends_.at(which) = -1;
        return given;
    }

  private:
    [[noreturn]] static void fail() {
        throw Error(cat("no pipe to a child process can be made: ", std::system_category().message(errno)));
    }
    std::array<int, 2> ends_{-1, -1};
};

constexpr std::size_t reads = 0;
constexpr std::size_t writes = 1;

/// In the child, between fork and exec: only calls that are safe there, since other threads may have held any lock.
[[noreturn]] void become(char* const* words, const char* folder, const std::array<int, 3>& streams, int report,
                         pid_t parent) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);
    ::signal(SIGINT, SIG_DFL);
    bool ready = ::getppid() == parent;  // or it died before it could be watched
    for (int i = 0; i < 3; ++i) ready = ready && ::dup2(streams[static_cast<std::size_t>(i)], i) == i;
    // What other libraries opened is not the child's either. Kernels before 5.11 lack this; then it stays open.
    ::syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
    if (ready && ::chdir(folder) == 0) ::execvp(words[0], words);
    const int reason = errno;
    static_cast<void>(!::write(report, &reason, sizeof reason));
    ::_exit(127);
}

}  // namespace

StartedChild start_child(const Command& command) {
    std::vector<char*> words;
    // execvp takes them as not constant for reasons of history and changes nothing.
    for (const auto& word : command.words) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    Pipe input;
    Pipe output;
    Pipe error;
    Pipe report;  // tells why the program could not be run; closed by exec when it could
    const pid_t parent = ::getpid();
    const pid_t process = ::fork();
    if (process < 0) throw Error(cat("no child process can be made: ", std::system_category().message(errno)));
    if (process == 0) {
        become(words.data(), command.folder.c_str(), {input.end(reads), output.end(writes), error.end(writes)},
               report.end(writes), parent);
    }
    report.close(writes);
    int reason = 0;
    ssize_t size = 0;
    do size = ::read(report.end(reads), &reason, sizeof reason);
    while (size < 0 && errno == EINTR);
    if (size != 0) {
        ::waitpid(process, nullptr, 0);
        throw Error(cat("the program '", command.words.front(), "' cannot be run in ", command.folder, ": ",
                        std::system_category().message(reason),
                        "; `command` is a list, the program first, without a shell"));
    }
    return {process, input.release(writes), output.release(reads), error.release(reads)};
}

}  // namespace anabranch::reward
