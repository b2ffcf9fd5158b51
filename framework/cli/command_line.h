#pragma once

#include <anabranch/error.h>

#include <functional>

namespace CLI {
class App;
}

namespace anabranch::framework {

/// What the program ends with.
enum ExitCode : int { exit_done = 0, exit_failed = 1, exit_usage = 2, exit_invalid_graph = 78, exit_interrupted = 130 };

/// The command line asks for what there is not: the program ends with exit_usage.
class UsageError : public Error {
  public:
    using Error::Error;
    explicit UsageError(const Error& error) : Error(error) {}
};

/// A command's work, for after the whole command line was read; returns the exit code.
using Action = std::function<int()>;

// One file a command: each adds itself to the program and sets `action` when it is chosen.
void add_run(CLI::App& program, Action& action);
void add_check(CLI::App& program, Action& action);
void add_graph(CLI::App& program, Action& action);
void add_list(CLI::App& program, Action& action);
void add_inspect(CLI::App& program, Action& action);
void add_explain(CLI::App& program, Action& action);
void add_report(CLI::App& program, Action& action);
void add_new(CLI::App& program, Action& action);
void add_export(CLI::App& program, Action& action);
void add_schema(CLI::App& program, Action& action);
void add_docs(CLI::App& program, Action& action);
void add_replay(CLI::App& program, Action& action);
void add_show(CLI::App& program, Action& action);
void add_version(CLI::App& program, Action& action);

/// The whole program. Never throws.
[[nodiscard]] int run_command_line(int count, const char* const* arguments);

}  // namespace anabranch::framework
