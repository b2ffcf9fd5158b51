#pragma once

#include <poll.h>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::reward {

/// A program that is run without a shell.
struct Command {
    std::vector<std::string> words;  ///< the program, looked for in $PATH, and its arguments; at least one
    std::string folder;              ///< where it runs

    [[nodiscard]] std::string text() const;
};

/// A child process with pipes to its three standard streams, none of which its parent ever waits for. In a process
/// group of its own, so that Ctrl-C in a terminal does not reach it. Used on one thread, the one that made it: when
/// that thread ends, however it ends, the system kills the child. SIGPIPE must be blocked there (HomeThread does).
class ChildProcess {
  public:
    /// Throws an Error when the program cannot be started.
    explicit ChildProcess(const Command& command);
    /// Kills what still runs of it.
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// Text for its standard input, written by later calls of `pump`.
    void send(std::string_view text);
    /// Its end is what standard input comes to after that text.
    void close_input();
    /// What `poll` should wait for before the next `pump`.
    void watch(std::vector<pollfd>& descriptors) const;
    /// Writes and reads what can be at once.
    void pump();

    /// The next line that it wrote, without its end; nothing when no whole line is there.
    [[nodiscard]] std::optional<std::string> take_line();
    /// What it wrote beyond the lines taken.
    [[nodiscard]] std::string_view unread() const { return std::string_view(output_).substr(taken_); }
    /// It closed its standard output or ended; after the last line is taken, none will come.
    [[nodiscard]] bool is_silent();
    /// The end of what it wrote to standard error.
    [[nodiscard]] const std::string& last_words() const { return last_words_; }

    /// Lets it end for so long, then ends it and all of its group, and says how it ended: "ended with exit code 1".
    std::string end(std::chrono::milliseconds patience);

  private:
    [[nodiscard]] bool has_exited() const;
    [[nodiscard]] bool exits_within(std::chrono::milliseconds time);
    void write_some();
    void read_some();

    pid_t process_ = -1;
    int input_ = -1;
    int output_descriptor_ = -1;
    int error_ = -1;
    std::string pending_;
    std::size_t written_ = 0;  ///< of pending_
    bool closing_ = false;
    std::string output_;
    std::size_t taken_ = 0;     ///< of output_
    std::size_t searched_ = 0;  ///< of output_, for the end of a line
    std::string last_words_;
};

}  // namespace anabranch::reward
