#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <framework/graph/diagnostic.h>

namespace anabranch::framework {
namespace {

std::string place(const Location& location) {
    return cat("\"file\": ", json_quote(location.file), ", \"line\": ", location.line,
               ", \"column\": ", location.column);
}

}  // namespace

std::string Diagnostics::json() const {
    std::string out;
    for (const auto& item : items_) {
        const bool error = code_text(item.code).severity == Severity::error;
        std::string notes;
        for (const auto& note : item.notes) {
            notes += cat(notes.empty() ? "" : ", ", "{", place(note.location),
                         ", \"message\": ", json_quote(note.message), "}");
        }
        out +=
            cat(out.empty() ? "" : ",\n", "{", place(item.location), ", \"severity\": \"", error ? "error" : "warning",
                "\", \"code\": \"", name_of(item.code), "\", \"message\": ", json_quote(item.message),
                ", \"help\": ", json_quote(item.help_text), ", \"notes\": [", notes, "]}");
    }
    return out;
}

}  // namespace anabranch::framework
