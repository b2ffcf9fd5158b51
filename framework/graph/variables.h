#pragma once

#include <framework/graph/diagnostic.h>
#include <framework/graph/tree.h>
#include <framework/graph/yaml_reader.h>

#include <cstddef>
#include <string>
#include <vector>

namespace anabranch::framework {

/// Thrown when a graph grows over its limits; the reason has been reported.
struct TooLarge {};

/// How large a graph has become with all that its variables and includes stand for.
class Growth {
  public:
    explicit Growth(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}
    /// Throws TooLarge. `depth`: how deep `tree` is put.
    void add(const Tree& tree, std::size_t depth, const Location& location);
    void add_bytes(std::size_t bytes, const Location& location);

  private:
    [[noreturn]] void stop(const Location& location, std::string message);

    Diagnostics& diagnostics_;
    YamlLimits limits_;
    std::size_t values_ = 0;
    std::size_t bytes_ = 0;
};

/// The variables of one file.
class Variables {
  public:
    Variables(Diagnostics& diagnostics, Growth& growth) : diagnostics_(diagnostics), growth_(growth) {}

    /// Reads `variables:` of a file. A value may name the variables before it.
    void declare(const Tree& declared);
    /// A value from outside, in place of the default; false: there is no such variable.
    [[nodiscard]] bool give(const TreeEntry& value);
    /// Puts the values where `tree` names them. `depth`: how deep it stands in its file.
    void substitute(Tree& tree, std::size_t depth);
    void report_unused();

    [[nodiscard]] std::vector<std::string> names() const;

  private:
    struct Variable {
        std::string name;
        Location location;
        Tree value;
        bool given = true;
        bool used = false;
    };
    /// The value, or null after it was reported that there is none.
    [[nodiscard]] const Tree* find(const std::string& name, const Location& location);
    void put(Tree& tree, const std::string& name, std::size_t depth);
    void interpolate(Tree& tree);

    Diagnostics& diagnostics_;
    Growth& growth_;
    std::vector<Variable> variables_;
};

/// `text` as a graph file writes it, so that nothing in it is taken for a variable.
[[nodiscard]] std::string escape_variables(std::string text);

}  // namespace anabranch::framework
