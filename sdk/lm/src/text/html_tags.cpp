#include "html_tags.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace anabranch::lm {
namespace {

struct NamedTag {
    std::string_view name;
    HtmlTag tag;
};

constexpr NamedTag tags[] = {
    {"a", HtmlTag::link},
    {"address", HtmlTag::paragraph},
    {"article", HtmlTag::paragraph},
    {"aside", HtmlTag::paragraph},
    {"b", HtmlTag::mark},
    {"blockquote", HtmlTag::quote},
    {"body", HtmlTag::paragraph},
    {"br", HtmlTag::line_break},
    {"caption", HtmlTag::paragraph},
    {"center", HtmlTag::paragraph},
    {"code", HtmlTag::code},
    {"dd", HtmlTag::line},
    {"del", HtmlTag::mark},
    {"details", HtmlTag::paragraph},
    {"div", HtmlTag::paragraph},
    {"dl", HtmlTag::paragraph},
    {"dt", HtmlTag::line},
    {"em", HtmlTag::mark},
    {"figcaption", HtmlTag::line},
    {"figure", HtmlTag::paragraph},
    {"footer", HtmlTag::paragraph},
    {"form", HtmlTag::paragraph},
    {"h1", HtmlTag::heading},
    {"h2", HtmlTag::heading},
    {"h3", HtmlTag::heading},
    {"h4", HtmlTag::heading},
    {"h5", HtmlTag::heading},
    {"h6", HtmlTag::heading},
    {"header", HtmlTag::paragraph},
    {"hr", HtmlTag::rule},
    {"i", HtmlTag::mark},
    {"img", HtmlTag::image},
    {"li", HtmlTag::item},
    {"main", HtmlTag::paragraph},
    {"menu", HtmlTag::list},
    {"nav", HtmlTag::paragraph},
    {"ol", HtmlTag::list},
    {"p", HtmlTag::paragraph},
    {"pre", HtmlTag::preformatted},
    {"s", HtmlTag::mark},
    {"samp", HtmlTag::code},
    {"script", HtmlTag::dropped},
    {"section", HtmlTag::paragraph},
    {"strike", HtmlTag::mark},
    {"strong", HtmlTag::mark},
    {"style", HtmlTag::dropped},
    {"summary", HtmlTag::line},
    {"table", HtmlTag::table},
    {"td", HtmlTag::cell},
    {"th", HtmlTag::cell},
    {"tr", HtmlTag::row},
    {"tt", HtmlTag::code},
    {"ul", HtmlTag::list},
};

static_assert(std::is_sorted(std::begin(tags), std::end(tags),
                             [](const NamedTag& a, const NamedTag& b) { return a.name < b.name; }));

}  // namespace

HtmlTag html_tag(std::string_view name) {
    const auto* found = std::lower_bound(std::begin(tags), std::end(tags), name,
                                         [](const NamedTag& tag, std::string_view n) { return tag.name < n; });
    return found != std::end(tags) && found->name == name ? found->tag : HtmlTag::transparent;
}

std::string markdown_mark(std::string_view name) {
    if (name == "em" || name == "i") return "*";
    return name == "b" || name == "strong" ? "**" : "~~";
}

std::string code_language(std::string_view classes) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+#._-";
    for (const std::string_view prefix : {"lang-", "language-"}) {
        for (std::size_t at = classes.find(prefix); at != std::string_view::npos; at = classes.find(prefix, at + 1)) {
            if (at > 0 && classes[at - 1] != ' ') continue;
            const std::string_view name = classes.substr(at + prefix.size());
            const std::string_view language = name.substr(0, std::min(name.find(' '), name.size()));
            if (language.find_first_not_of(allowed) == std::string_view::npos) return std::string(language);
        }
    }
    return {};
}

}  // namespace anabranch::lm
