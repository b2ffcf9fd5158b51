#include <anabranch/error.h>
#include <framework/cli/output.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/utf8.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>

namespace anabranch::framework {
namespace {

constexpr std::size_t plain_width = 100;
constexpr std::size_t least_width = 30;

std::size_t terminal_width() {
    winsize size{};
    const bool known = isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : plain_width;
}

/// What is wrong with the text of a --set; empty when nothing is.
std::string override_problem(const std::string& text) {
    try {
        static_cast<void>(Override::parse(text));
        return "";
    } catch (const Error& problem) {
        return problem.what();
    }
}

/// `text` from column `indent` on, broken at blanks.
std::string wrapped(const std::string& text, std::size_t indent, std::size_t width) {
    const std::size_t room = std::max(least_width, width > indent ? width - indent : 0);
    std::string out;
    std::size_t used = 0;
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        const std::size_t size = count_characters(word);
        if (used > 0 && used + 1 + size > room) {
            out += "\n" + std::string(indent, ' ');
            used = 0;
        }
        out += (used == 0 ? "" : " ") + word;
        used += size + (used == 0 ? 0 : 1);
    }
    return out;
}

}  // namespace

bool colour_on_errors() {
    const char* no_colour = std::getenv("NO_COLOR");
    return (no_colour == nullptr || *no_colour == '\0') && isatty(STDERR_FILENO) == 1;
}

std::string aligned(const std::vector<std::vector<std::string>>& rows, std::size_t indent) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i + 1 < row.size(); ++i) widths[i] = std::max(widths[i], count_characters(row[i]));
    }
    std::string out;
    for (const auto& row : rows) {
        std::string line(indent, ' ');
        std::size_t column = indent;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i + 1 == row.size()) {
                line += wrapped(row[i], column, terminal_width());
            } else {
                line += row[i] + std::string(widths[i] - count_characters(row[i]) + 2, ' ');
                column += widths[i] + 2;
            }
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

void GraphOptions::add_plugins(CLI::App& command) {
    command.add_option("--plugins", plugins, "A folder of plugins, looked into first; may be repeated")
        ->type_name("DIR")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void GraphOptions::add_graph(CLI::App& command) {
    command.add_option("GRAPH", file, "The graph file")->required();
    command
        .add_option("--set", set,
                    "Another value for a place in the graph, such as nodes.rollout.max_new_tokens=64; may be repeated")
        ->type_name("PATH=VALUE")
        ->check(override_problem)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    add_plugins(command);
}

Host GraphOptions::load_host() const {
    return Host::load(plugin_folders({plugins.begin(), plugins.end()}));
}

std::optional<Plan> GraphOptions::check(const Host& host, std::vector<Override> more) const {
    std::vector<Override> overrides;
    for (const auto& text : set) overrides.push_back(Override::parse(text));
    overrides.insert(overrides.end(), more.begin(), more.end());
    CheckResult result = check_graph(host, file, overrides);
    std::cerr << result.diagnostics.text(colour_on_errors());
    return std::move(result.plan);
}

std::string unknown_name(std::string_view what, const std::string& name, const std::vector<std::string>& known) {
    const auto meant = did_you_mean(name, known);
    return cat("there is no ", what, " '", name, "'", meant ? cat("; did you mean '", *meant, "'?") : "");
}

}  // namespace anabranch::framework
