#include "compose.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

struct Free {
    void operator()(utf8proc_uint8_t* bytes) const { std::free(bytes); }  // as utf8proc_map asks
};

}  // namespace

std::string compose(std::string_view text) {
    if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return std::string(text);
    utf8proc_uint8_t* made = nullptr;
    const auto size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                     &made, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, Free> owner(made);
    if (size < 0) throw Error(cat("text to tokenize cannot be brought into the form NFC: ", utf8proc_errmsg(size)));
    return {reinterpret_cast<const char*>(made), static_cast<std::size_t>(size)};
}

}  // namespace anabranch::lm
