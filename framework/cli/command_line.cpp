#include <framework/cli/command_line.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <iostream>

namespace anabranch::framework {
namespace {

int fail(const std::string& message, int code = exit_failed) {
    std::cout.flush();
    std::cerr << "anabranch: error: " << message << "\n";
    return code;
}

int parse_and_run(int count, const char* const* arguments) {
    CLI::App program("Trains language models by graphs of nodes.", "anabranch");
    program.require_subcommand(1);
    program.fallthrough(false);
    Action action;
    for (const auto add : {add_run, add_check, add_graph, add_list, add_inspect, add_explain, add_export, add_report,
                           add_new, add_schema, add_docs, add_replay, add_show, add_version})
        add(program, action);
    try {
        program.parse(count, arguments);
    } catch (const CLI::ParseError& problem) {
        return program.exit(problem) == 0 ? exit_done : exit_usage;
    }
    const int code = action();
    std::cout.flush();
    return std::cout ? code : fail("the output could not be written");
}

}  // namespace

int run_command_line(int count, const char* const* arguments) {
    try {
        return parse_and_run(count, arguments);
    } catch (const UsageError& problem) {
        return fail(problem.what(), exit_usage);
    } catch (const std::exception& problem) {
        return fail(problem.what());
    } catch (...) {
        return fail("something that is not an exception of the C++ standard library was thrown");
    }
}

}  // namespace anabranch::framework
