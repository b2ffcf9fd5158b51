#pragma once

#include <framework/cli/command_line.h>
#include <framework/graph/chain.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace anabranch::framework {

/// Whether errors may be coloured: a terminal, and $NO_COLOR not set.
[[nodiscard]] bool colour_on_errors();

/// Rows of cells with the columns aligned by blanks; the last cell of a row is wrapped to the width of the terminal.
[[nodiscard]] std::string aligned(const std::vector<std::vector<std::string>>& rows, std::size_t indent);

/// Characters in a line of standard output: the terminal's, or 100.
[[nodiscard]] std::size_t terminal_width();

/// The options of every command that reads plugins or graphs.
struct GraphOptions {
    std::vector<std::string> files;
    std::vector<std::string> plugins;
    std::vector<std::string> set;
    std::vector<std::string> made;

    void add_plugins(CLI::App& command);
    /// One graph.
    void add_graph(CLI::App& command);
    /// One graph, or a chain.
    void add_graphs(CLI::App& command);

    [[nodiscard]] Host load_host() const;
    /// What the options say; `out`, `may_be_unknown` and overrides of the command itself are left to the caller.
    [[nodiscard]] ChainOptions chain() const;

  private:
    void add_common(CLI::App& command);
};

/// The graphs, or nothing after the diagnostics were printed on standard error. Warnings are printed in any case.
[[nodiscard]] std::optional<std::vector<Chain::Stage>> checked(const Host& host, const ChainOptions& options);

/// Adds "did you mean" to the message of an unknown name.
[[nodiscard]] std::string unknown_name(std::string_view what, const std::string& name,
                                       const std::vector<std::string>& known);

}  // namespace anabranch::framework
