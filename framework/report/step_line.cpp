#include <anabranch/error.h>
#include <framework/report/headline.h>
#include <framework/report/step_line.h>
#include <framework/report/text.h>

namespace anabranch::framework {
std::string step_line(std::uint64_t done, std::optional<std::uint64_t> total, const Metrics& metrics, double seconds) {
    const double each = seconds / static_cast<double>(done);
    std::string line = cat("step ", done);
    if (total) line += cat("/", *total);
    for (const auto& usual : usual_metrics) {
        for (const auto name : usual.names) {
            const auto found = metrics.find(name);
            if (found == metrics.end()) continue;
            line += cat("  ", usual.label, " ", metric_text(found->second));
            break;
        }
    }
    line += cat("  ", duration_text(each), "/step");
    if (total && done < *total) line += cat("  ETA ", duration_text(each * static_cast<double>(*total - done)));
    return line;
}

}  // namespace anabranch::framework
