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

/// What is wrong with the text of a --set; empty when nothing is.
std::string override_problem(const std::string& text) {
    try {
        static_cast<void>(Override::parse(text));
        return "";
    } catch (const Error& problem) {
        return problem.what();
    }
}

/// The same of a --made.
std::string made_problem(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos)
        return cat("--made '", text, "': expected GRAPH=DIR, such as --made sft=runs/sft");
    const std::string directory = text.substr(equals + 1);
    std::error_code ignored;
    if (std::filesystem::is_directory(directory, ignored)) return "";
    return cat("--made '", text, "': there is no folder ", directory);
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

std::size_t terminal_width() {
    winsize size{};
    const bool known = isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : plain_width;
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
    command.add_option("GRAPH", files, "The graph file")->required()->expected(1);
    add_common(command);
}

void GraphOptions::add_graphs(CLI::App& command) {
    command
        .add_option("GRAPHS", files, "The graph file, or several: a chain, in which later graphs use what earlier made")
        ->required()
        ->type_name("FILE");
    add_common(command);
}

void GraphOptions::add_common(CLI::App& command) {
    command
        .add_option("--set", set,
                    "Another value for a place in the graph, such as nodes.rollout.max_new_tokens=64; in a chain with "
                    "the graph's name before it: ppo.steps=10; may be repeated")
        ->type_name("PATH=VALUE")
        ->check(override_problem)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command
        .add_option("--made", made,
                    "The folder of an earlier run of a graph, for paths such as made:sft/policy; may be repeated")
        ->type_name("GRAPH=DIR")
        ->check(made_problem)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    add_plugins(command);
}

Host GraphOptions::load_host() const {
    return Host::load(plugin_folders({plugins.begin(), plugins.end()}));
}

ChainOptions GraphOptions::chain() const {
    ChainOptions options;
    options.files.assign(files.begin(), files.end());
    for (const auto& text : set) options.overrides.push_back(Override::parse(text));
    for (const auto& text : made) {
        const std::size_t equals = text.find('=');
        const auto directory = std::filesystem::absolute(text.substr(equals + 1)).lexically_normal();
        options.made.graphs.push_back({text.substr(0, equals), directory, saved_in(directory)});
    }
    return options;
}

std::optional<std::vector<Chain::Stage>> checked(const Host& host, const ChainOptions& options) {
    Chain chain = check_chain(host, options);
    std::cerr << chain.text(colour_on_errors());
    if (chain.has_errors()) return std::nullopt;
    return std::move(chain.stages);
}

std::string unknown_name(std::string_view what, const std::string& name, const std::vector<std::string>& known) {
    const auto meant = did_you_mean(name, known);
    return cat("there is no ", what, " '", name, "'", meant ? cat("; did you mean '", *meant, "'?") : "");
}

}  // namespace anabranch::framework
