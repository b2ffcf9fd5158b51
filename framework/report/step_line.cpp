#include <anabranch/error.h>
#include <framework/report/step_line.h>
#include <framework/report/text.h>

#include <initializer_list>
#include <string_view>

namespace anabranch::framework {
namespace {

std::string first_of(const Metrics& metrics, std::string_view label, std::initializer_list<std::string_view> names) {
    for (const auto name : names) {
        const auto found = metrics.find(name);
        if (found != metrics.end()) return cat("  ", label, " ", metric_text(found->second));
    }
    return {};
}

}  // namespace

std::string step_line(std::uint64_t done, std::optional<std::uint64_t> total, const Metrics& metrics, double seconds) {
    const double each = seconds / static_cast<double>(done);
    std::string line = cat("step ", done);
    if (total) line += cat("/", *total);
    line += first_of(metrics, "reward", {"env/reward_mean", "ppo/mean_scores"});
    line += first_of(metrics, "kl", {"objective/kl"});
    line += first_of(metrics, "loss", {"ppo/loss/total", "train/loss", "loss"});
    line += cat("  ", duration_text(each), "/step");
    if (total && done < *total) line += cat("  ETA ", duration_text(each * static_cast<double>(*total - done)));
    return line;
}

}  // namespace anabranch::framework
