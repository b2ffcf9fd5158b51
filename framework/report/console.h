#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

namespace anabranch::framework {

/// Lines for the person who watches. On a terminal there is one status line below them, which is replaced as the run
/// goes on; elsewhere it is left out. One thread at a time.
class Console {
  public:
    /// Standard output; a terminal if that is one.
    Console();
    /// Another stream. `width`: columns of a terminal; 0: as the one at standard output now has.
    Console(std::ostream& out, bool terminal, std::size_t width = 0);

    void line(const std::string& text);
    /// `parts`: the most important first. Those that the terminal has no room for are left out, the first one is cut.
    void status(const std::vector<std::string>& parts);
    void clear_status();
    [[nodiscard]] bool terminal() const { return terminal_; }

  private:
    std::ostream* out_;
    bool terminal_;
    std::size_t width_;
    bool shown_ = false;
};

}  // namespace anabranch::framework
