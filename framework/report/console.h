#pragma once

#include <iosfwd>
#include <string>

namespace anabranch::framework {

/// Lines for the person who watches. On a terminal there is one status line below them, which is replaced as the run
/// goes on; elsewhere it is left out. One thread at a time.
class Console {
  public:
    /// Standard output; a terminal if that is one.
    Console();
    /// Another stream.
    Console(std::ostream& out, bool terminal);

    void line(const std::string& text);
    void status(const std::string& text);
    void clear_status();
    [[nodiscard]] bool terminal() const { return terminal_; }

  private:
    std::ostream* out_;
    bool terminal_;
    bool shown_ = false;
};

}  // namespace anabranch::framework
