#include <framework/page/chart.h>

#include <algorithm>
#include <cmath>

namespace anabranch::framework {

std::vector<double> nice_ticks(double low, double high, std::size_t most) {
    const double rough = (high - low) / static_cast<double>(std::max<std::size_t>(most, 1));
    if (!(rough > 0) || !std::isfinite(rough)) return {low};
    const double power = std::pow(10, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= rough * 0.999) {
            step = factor * power;
            break;
        }
    }
    std::vector<double> ticks;
    const double first = std::ceil(low / step - 1e-9);
    const auto count = static_cast<std::size_t>(std::max(0.0, std::floor(high / step + 1e-9) - first + 1));
    for (std::size_t i = 0; i < count; ++i) ticks.push_back((first + static_cast<double>(i)) * step);
    return ticks;
}

std::vector<CurvePoint> curve_of(const Series& series, std::size_t most) {
    std::vector<std::pair<double, double>> values;
    for (const auto& [step, value] : series.values) {
        if (std::isfinite(value)) values.emplace_back(static_cast<double>(step), value);
    }
    const std::size_t together = (values.size() + most - 1) / most;
    std::vector<CurvePoint> curve;
    for (std::size_t at = 0; at < values.size(); at += together) {
        const std::size_t count = std::min(together, values.size() - at);
        CurvePoint point{.low = values[at].second, .high = values[at].second};
        for (std::size_t i = at; i < at + count; ++i) {
            point.step += values[i].first / static_cast<double>(count);
            point.mean += values[i].second / static_cast<double>(count);
            point.low = std::min(point.low, values[i].second);
            point.high = std::max(point.high, values[i].second);
        }
        curve.push_back(point);
    }
    return curve;
}

std::size_t smoothing_window(std::size_t points) {
    constexpr std::size_t short_curve = 20;
    return points < short_curve ? 1 : std::max<std::size_t>(5, points / 15) | 1U;
}

std::vector<double> smoothed(const std::vector<CurvePoint>& curve, std::size_t window) {
    const std::size_t half = window / 2;
    std::vector<double> means;
    for (std::size_t i = 0; i < curve.size(); ++i) {
        const std::size_t reach =
            std::min({half, i, curve.size() - 1 - i});  // even on both sides, or ends are drawn in
        double sum = 0;
        for (std::size_t j = i - reach; j <= i + reach; ++j) sum += curve[j].mean;
        means.push_back(sum / static_cast<double>(2 * reach + 1));
    }
    return means;
}

}  // namespace anabranch::framework
