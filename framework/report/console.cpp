#include <framework/report/console.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>

namespace anabranch::framework {
namespace {

constexpr const char* erase_line = "\r\033[K";

/// A status line that wraps could not be erased.
std::size_t terminal_width() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1U : 79U;
}

}  // namespace

Console::Console() : Console(std::cout, isatty(STDOUT_FILENO) == 1) {}
Console::Console(std::ostream& out, bool terminal) : out_(&out), terminal_(terminal) {}

void Console::line(const std::string& text) {
    clear_status();
    *out_ << text << '\n' << std::flush;
}

void Console::status(const std::string& text) {
    if (!terminal_) return;
    *out_ << erase_line << text.substr(0, terminal_width()) << std::flush;
    shown_ = true;
}

void Console::clear_status() {
    if (shown_) *out_ << erase_line << std::flush;
    shown_ = false;
}

}  // namespace anabranch::framework
