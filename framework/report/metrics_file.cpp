#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <framework/report/metrics_file.h>

#include <cmath>

namespace anabranch::framework {

void MetricsFile::write(std::uint64_t step, double wall_seconds, const std::string& clock, const Metrics& metrics) {
    std::string line = cat("{\"step\": ", step, ", \"wall_s\": ", json_number(std::round(wall_seconds * 1e6) / 1e6));
    if (!clock.empty()) line += cat(", \"clock\": ", json_quote(clock));
    for (const auto& [name, value] : metrics) line += cat(", ", json_quote(name), ": ", json_number(value));
    file_.append(line + "}\n");
}

}  // namespace anabranch::framework
