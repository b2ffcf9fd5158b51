#pragma once

#include <plugins/reward/child_process.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace anabranch::reward {

struct ScorersOptions {
    Command command;
    std::size_t processes = 1;
    std::chrono::duration<double> timeout{60};  ///< longest wait for the next answer of a process
    std::size_t restarts = 0;                   ///< of all processes together, in the whole run
};

/// Several processes of one program, each of which answers every line by a line with a number: `0.5` or
/// `{"score": 0.5}`. Made, used and destroyed on one thread, as ChildProcess is.
class Scorers {
  public:
    /// Told of each restart: what happened, where, and what the process said last.
    using Report = std::function<void(const std::string&)>;

    /// Starts the processes. Throws an Error when the program cannot be run.
    explicit Scorers(ScorersOptions options);

    /// The scores of `lines` (JSON, no line ends), in their order, whatever the number of processes: line i goes to
    /// process i modulo their number. A process that ends, takes too long or gives something else is started again and
    /// asked again, from the line at fault on, as long as restarts are left; then it is an Error with the line. A
    /// process that gives more lines than it was given is an Error at once: the scores before may be of other lines.
    /// After an Error there are no processes.
    [[nodiscard]] std::vector<float> score(std::span<const std::string> lines, const Report& report);

    /// Closes their input and lets them end, by force after two seconds. Throws when one has written more lines.
    void close();

  private:
    struct Process {
        std::unique_ptr<ChildProcess> child;
        std::deque<std::size_t> rows{};  ///< lines that it has not answered, in order
        std::chrono::steady_clock::time_point latest{};
    };
    struct Round;

    void ask(Round& round);
    void take_answers(Process& process, Round& round);
    [[nodiscard]] std::string name_of(const Process& process) const;
    [[nodiscard]] std::string last_words(const Process& process) const;
    void refuse_extra(const Process& process) const;
    void restart(Process& process, Round& round, const std::string& problem);
    void begin(Process& process, const Round& round) const;
    void wait() const;

    ScorersOptions options_;
    std::size_t restarts_ = 0;
    std::vector<Process> processes_;
};

/// The score in a line that a process wrote. Throws an Error that says what it is instead.
[[nodiscard]] float score_of(const std::string& line);

}  // namespace anabranch::reward
