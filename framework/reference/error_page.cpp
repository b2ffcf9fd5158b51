#include <anabranch/error.h>
#include <framework/graph/codes.h>
#include <framework/reference/reference.h>

namespace anabranch::framework {

std::string error_page() {
    std::string page =
        "# What can be wrong with a graph\n\n"
        "`anabranch check` and `run` name each problem by a code; `anabranch explain CODE` prints the text below.\n"
        "This page is written by `anabranch docs`.\n\n"
        "| code | what |\n|---|---|\n";
    for (const CodeText& text : all_codes()) {
        const bool warning = text.severity == Severity::warning;
        page += cat("| [", name_of(text.code), "](#", name_of(text.code), ") | ", text.title,
                    warning ? " (warning)" : "", " |\n");
    }
    for (const CodeText& text : all_codes()) {
        const std::string name = name_of(text.code);
        page += cat("\n## <a name=\"", name, "\"></a>", name, ": ", text.title, "\n\n", text.explanation, "\n");
    }
    return page;
}

}  // namespace anabranch::framework
