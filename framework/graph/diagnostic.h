#pragma once

#include <framework/graph/codes.h>
#include <framework/graph/plan.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::framework {

/// One thing that is wrong with a graph, for the person who wrote it.
struct Diagnostic {
    struct Note {
        Location location;
        std::string message;
    };

    Code code;
    Location location;
    std::string message;
    std::vector<Note> notes{};  ///< the other places involved
    std::string help_text{};    ///< how to mend it

    Diagnostic& note(Location where, std::string what) {
        notes.push_back({std::move(where), std::move(what)});
        return *this;
    }
    Diagnostic& help(std::string text) {
        help_text = std::move(text);
        return *this;
    }
    /// "did you mean ...?", when there is something to mean.
    Diagnostic& suggest(const std::optional<std::string>& name);
};

/// All that was found, and the texts it was found in.
class Diagnostics {
  public:
    /// The reference is good until the next one is reported.
    Diagnostic& report(Code code, Location location, std::string message) {
        items_.push_back({code, std::move(location), std::move(message)});
        return items_.back();
    }
    void add(Diagnostic item) { items_.push_back(std::move(item)); }
    /// Says what brought text to a place; returns the number for Location::context.
    [[nodiscard]] std::size_t add_context(Location where, std::string message) {
        contexts_.push_back({std::move(where), std::move(message)});
        return contexts_.size();
    }
    /// The value at this place could not be made out, which has been reported: what else is said about it counts not.
    void distrust(const Location& location) { distrusted_.push_back(location); }
    void add_source(const std::string& file, std::string_view text);

    [[nodiscard]] const std::vector<Diagnostic>& items() const { return items_; }
    [[nodiscard]] bool has_errors() const;
    /// Once, at the end. By place; of several at one place, in the order reported. Drops repetitions, and adds notes
    /// about includes and variables.
    void finish();

    /// As a person reads it: place, message, the line with a caret, notes, help.
    [[nodiscard]] std::string text(bool colour = false) const;
    /// As JSON objects with commas between, one a line: file, line and column (from 1; 0: the whole file), severity,
    /// code, message, help, and the other places as notes.
    [[nodiscard]] std::string json() const;

  private:
    std::vector<Diagnostic> items_;
    std::vector<Diagnostic::Note> contexts_;
    std::vector<Location> distrusted_;
    std::map<std::string, std::vector<std::string>, std::less<>> lines_;
};

}  // namespace anabranch::framework
