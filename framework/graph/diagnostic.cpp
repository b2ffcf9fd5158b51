#include <framework/graph/diagnostic.h>

#include <algorithm>
#include <sstream>
#include <tuple>

namespace anabranch::framework {
namespace {

auto place(const Location& location) {
    return std::tie(location.file, location.line, location.column);
}

bool same(const Diagnostic& left, const Diagnostic& right) {
    return left.code == right.code && place(left.location) == place(right.location) && left.message == right.message;
}

}  // namespace

Diagnostic& Diagnostic::suggest(const std::optional<std::string>& name) {
    if (name) help_text = "did you mean '" + *name + "'?";
    return *this;
}

void Diagnostics::add_source(const std::string& file, std::string_view text) {
    std::vector<std::string>& lines = lines_[file];
    lines.clear();  // a file that is included twice
    std::istringstream stream{std::string(text)};
    for (std::string line; std::getline(stream, line);) {
        if (line.ends_with('\r')) line.pop_back();
        lines.push_back(line);
    }
}

bool Diagnostics::has_errors() const {
    return std::ranges::any_of(items_,
                               [](const Diagnostic& d) { return code_text(d.code).severity == Severity::error; });
}

void Diagnostics::finish() {
    std::erase_if(items_, [&](const Diagnostic& item) {
        const bool about_variables = item.code >= Code::unknown_variable && item.code <= Code::invalid_variable;
        return !about_variables && std::ranges::any_of(distrusted_, [&](const Location& location) {
            return place(location) == place(item.location);
        });
    });
    std::ranges::stable_sort(items_, [](const Diagnostic& left, const Diagnostic& right) {
        // What the command line asked for comes after what the files say.
        const auto key = [](const Diagnostic& d) {
            return std::tuple(d.location.file == "--set", d.location.file, d.location.line, d.location.column);
        };
        return key(left) < key(right);
    });
    items_.erase(std::unique(items_.begin(), items_.end(), same), items_.end());
    for (auto& item : items_) {
        for (std::size_t context = item.location.context; context != 0;) {
            item.notes.push_back(contexts_[context - 1]);
            context = contexts_[context - 1].location.context;
        }
    }
}

}  // namespace anabranch::framework
