#include <anabranch/error.h>
#include <framework/report/headline.h>
#include <framework/report/step_line.h>
#include <framework/report/text.h>

namespace anabranch::framework {

std::string step_text(std::uint64_t step, std::optional<std::uint64_t> total) {
    return total ? cat("step ", step, "/", *total) : cat("step ", step);
}

std::vector<std::string> usual_texts(const Metrics& metrics) {
    std::vector<std::string> texts;
    for (const auto& usual : usual_metrics) {
        for (const auto name : usual.names) {
            const auto found = metrics.find(name);
            if (found == metrics.end()) continue;
            texts.push_back(cat(usual.label, " ", metric_text(found->second)));
            break;
        }
    }
    return texts;
}

std::string rate_text(double seconds_per_step) {
    return duration_text(seconds_per_step) + "/step";
}

std::string eta_text(std::uint64_t done, const StepCount& count, double seconds_per_step) {
    // A total is reached only if the data last so long.
    const bool sooner = count.expected && (!count.total || *count.expected < *count.total);
    const auto steps = sooner ? count.expected : count.total;
    if (!steps || done >= *steps || seconds_per_step <= 0) return {};
    const double left = seconds_per_step * static_cast<double>(*steps - done);
    return (sooner ? "ETA about " : "ETA ") + duration_text(left);
}

std::string step_line(std::uint64_t done, const StepCount& count, const Metrics& metrics, double seconds_per_step) {
    std::string line = step_text(done, count.total);
    for (const auto& text : usual_texts(metrics)) line += "  " + text;
    line += "  " + rate_text(seconds_per_step);
    const std::string eta = eta_text(done, count, seconds_per_step);
    return eta.empty() ? line : line + "  " + eta;
}

}  // namespace anabranch::framework
