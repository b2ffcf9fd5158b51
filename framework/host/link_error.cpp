#include <anabranch/error.h>
#include <cxxabi.h>
#include <framework/host/library.h>

#include <cstdlib>
#include <memory>

namespace anabranch::framework {
namespace {

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// The linker's own words, without what Boost puts around them.
std::string linker_words(const std::string& text) {
    constexpr std::string_view introduction = "(dlerror system message: ";
    const auto at = text.find(introduction);
    if (at == std::string::npos) return text;
    const std::string words = text.substr(at + introduction.size());
    return words.substr(0, words.rfind(')'));
}

std::string readable(const std::string& symbol) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
    return status == 0 ? name.get() : symbol;
}

}  // namespace

std::string explain_link_error(const std::string& text, const std::filesystem::path& file) {
    constexpr std::string_view undefined = "undefined symbol: ";
    constexpr std::string_view not_opened = ": cannot open shared object file";
    std::string reason = linker_words(text);
    if (const auto at = reason.find(undefined); at != std::string::npos) {
        const auto first = at + undefined.size();
        const std::string symbol = reason.substr(first, reason.find_first_of(" ,:)", first) - first);
        return cat("it needs '", readable(symbol), "', which neither it nor a library that it links defines (symbol ",
                   symbol, "); link the library that has it, or build the plugin again with the installed SDK");
    }
    if (const auto at = reason.find(not_opened); at != std::string::npos && reason.substr(0, at) != file.string()) {
        return cat("it needs the library ", reason.substr(0, at),
                   ", which was not found; install it, or name its folder in LD_LIBRARY_PATH");
    }
    // The linker passes over a library of another machine as if it were not there.
    if (has(reason, not_opened) && std::filesystem::exists(file))
        return "it was built for another kind of processor than this one; build it again here";
    for (const char* words : {"file too short", "invalid ELF header", "wrong ELF class"}) {
        if (has(reason, words)) return cat("it is not a shared library of this kind of system (", words, ")");
    }
    if (has(reason, "' not found (required by"))
        return cat(reason, "; it was built on a newer system than this one: build it again here");
    return reason;
}

}  // namespace anabranch::framework
