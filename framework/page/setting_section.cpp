#include <anabranch/error.h>
#include <framework/page/html.h>
#include <framework/page/sections.h>

namespace anabranch::framework {
namespace {

std::string items(const std::vector<std::string>& lines) {
    std::string out = "<ul>";
    for (const auto& line : lines) out += cat("<li>", escape_markup(line), "</li>");
    return out + "</ul>\n";
}

}  // namespace

std::string setting_section(const RunData& run) {
    std::string out = "<h3>Settings</h3>\n";
    if (run.record) {
        out += pairs(run.record->settings);
        if (!run.record->loaded.empty()) out += items(run.record->loaded);
    }
    out += cat("<details><summary>The graph as it was run</summary><pre class=\"code\">", escape_markup(run.graph),
               "</pre></details>\n");
    if (run.record && !run.record->written.empty())
        out += cat("<details><summary>Files that it wrote</summary>", items(run.record->written), "</details>\n");
    return out;
}

}  // namespace anabranch::framework
