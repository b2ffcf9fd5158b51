#pragma once

#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

namespace anabranch {

/// The one exception of the project. The message is for a person: what was found, where, what was expected, and how
/// to mend it. Context is added on the way up with `with_context`.
class Error : public std::runtime_error {
  public:
    explicit Error(const std::string& message) : std::runtime_error(message) {}

    /// The same error with "context: " before its message.
    [[nodiscard]] Error with_context(const std::string& context) const { return Error(context + ": " + what()); }
};

/// Joins its arguments as text, as `<<` writes them.
template <typename... Parts>
[[nodiscard]] std::string cat(const Parts&... parts) {
    std::ostringstream out;
    (out << ... << parts);
    return std::move(out).str();
}

/// Runs `body`; an Error that leaves it gets `context()` before its message.
template <typename Context, typename Body>
decltype(auto) with_context(Context&& context, Body&& body) {
    try {
        return std::forward<Body>(body)();
    } catch (const Error& error) {
        throw error.with_context(std::forward<Context>(context)());
    }
}

}  // namespace anabranch
