#include <framework/graph/utf8.h>
#include <framework/report/console.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>

namespace anabranch::framework {
namespace {

constexpr const char* erase_line = "\r\033[K";
constexpr std::size_t usual_width = 80;

std::size_t terminal_width() {
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : usual_width;
}

std::string cut(const std::string& text, std::size_t characters) {
    std::size_t end = 0;
    for (std::size_t count = 0; end < text.size(); ++end) {
        const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
        if (begins && ++count > characters) break;
    }
    return text.substr(0, end);
}

}  // namespace

Console::Console() : Console(std::cout, isatty(STDOUT_FILENO) == 1) {}
Console::Console(std::ostream& out, bool terminal, std::size_t width)
    : out_(&out), terminal_(terminal), width_(width) {}

void Console::line(const std::string& text) {
    clear_status();
    *out_ << text << '\n' << std::flush;
}

void Console::status(const std::vector<std::string>& parts) {
    if (!terminal_ || parts.empty()) return;
    // A status line that wraps could not be erased, and one that is full wraps on some terminals.
    const std::size_t room = (width_ > 0 ? width_ : terminal_width()) - 1;
    std::string text = cut(parts.front(), room);
    std::size_t used = count_characters(text);
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::size_t wanted = 2 + count_characters(parts[i]);
        if (parts[i].empty() || used + wanted > room) continue;
        text += "  " + parts[i];
        used += wanted;
    }
    *out_ << erase_line << text << std::flush;
    shown_ = true;
}

void Console::clear_status() {
    if (shown_) *out_ << erase_line << std::flush;
    shown_ = false;
}

}  // namespace anabranch::framework
