#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <framework/draw/markup.h>
#include <framework/page/chart.h>
#include <framework/page/html.h>

#include <algorithm>
#include <cmath>

namespace anabranch::framework {
namespace {

constexpr std::size_t most_points = 600;
constexpr std::size_t dotted = 20;  ///< shorter curves show their points

/// From values to the picture, in its own units.
struct Frame {
    double width;
    double height;
    double left;
    double right;
    double top;
    double bottom;
    double first_step = 0;
    double last_step = 1;
    double low = 0;
    double high = 1;

    [[nodiscard]] double x(double step) const {
        return left + (step - first_step) / (last_step - first_step) * (width - left - right);
    }
    [[nodiscard]] double y(double value) const {
        return height - bottom - (value - low) / (high - low) * (height - top - bottom);
    }
    void fit(const std::vector<CurvePoint>& curve) {
        first_step = curve.front().step;
        last_step = curve.back().step;
        if (first_step == last_step) {
            first_step -= 0.5;
            last_step += 0.5;
        }
        low = std::ranges::min(curve, {}, &CurvePoint::low).low;
        high = std::ranges::max(curve, {}, &CurvePoint::high).high;
        const double room = high > low ? 0.06 * (high - low) : high != 0 ? 0.1 * std::abs(high) : 1;
        low -= room;
        high += room;
    }
};

std::string number(double value) {
    return json_number(std::round(value * 10) / 10);
}

template <typename Value>
std::string path(const std::vector<CurvePoint>& curve, const Frame& frame, Value value) {
    std::string text;
    for (std::size_t i = 0; i < curve.size(); ++i)
        text += cat(i == 0 ? "M" : "L", number(frame.x(curve[i].step)), " ", number(frame.y(value(i))));
    return text;
}

std::string axes(const Frame& frame) {
    std::string out;
    const double right = frame.width - frame.right;
    const auto values = nice_ticks(frame.low, frame.high, 5);
    for (const double tick : values) {
        const std::string y = number(frame.y(tick));
        out +=
            cat("<path class=\"", tick == 0 ? "zero" : "grid", "\" d=\"M", frame.left, " ", y, "H", right,
                "\"/><text class=\"tick\" x=\"", frame.left - 5, "\" y=\"", y, "\" dy=\".32em\" text-anchor=\"end\">",
                tick_text(tick, values.size() > 1 ? values[1] - values[0] : 0), "</text>");
    }
    for (const double tick : nice_ticks(frame.first_step, frame.last_step, 6)) {
        if (tick != std::floor(tick)) continue;
        out += cat("<text class=\"tick\" x=\"", number(frame.x(tick)), "\" y=\"", frame.height - 4,
                   "\" text-anchor=\"middle\">", tick_text(tick, 1), "</text>");
    }
    return out;
}

std::string list(const std::vector<double>& values) {
    std::string text;
    for (const double value : values) text += cat(text.empty() ? "" : ",", exact_text(value));
    return text;
}

}  // namespace

std::string chart(const Series& series, const std::string& label) {
    const auto curve = curve_of(series, most_points);
    if (curve.empty()) return "<p class=\"quiet\">no numbers</p>";
    Frame frame{.width = 340, .height = 170, .left = 46, .right = 10, .top = 8, .bottom = 20};
    frame.fit(curve);
    const std::size_t window = smoothing_window(curve.size());
    std::vector<double> steps;
    std::vector<double> values;
    for (const auto& point : curve) {
        steps.push_back(point.step);
        values.push_back(point.mean);
    }
    std::string body = axes(frame);
    if (curve.size() < series.values.size()) {
        std::string band = path(curve, frame, [&](std::size_t i) { return curve[i].high; });
        for (std::size_t i = curve.size(); i-- > 0;)
            band += cat("L", number(frame.x(curve[i].step)), " ", number(frame.y(curve[i].low)));
        body += cat("<path class=\"band\" d=\"", band, "Z\"/>");
    }
    body += cat("<path class=\"", window > 1 ? "raw" : "line", "\" d=\"",
                path(curve, frame, [&](std::size_t i) { return curve[i].mean; }), "\"/>");
    if (window > 1) {
        const auto means = smoothed(curve, window);
        body += cat("<path class=\"line\" d=\"", path(curve, frame, [&](std::size_t i) { return means[i]; }), "\"/>");
    } else if (curve.size() < dotted) {
        for (const auto& point : curve)
            body += cat("<circle class=\"dot\" cx=\"", number(frame.x(point.step)), "\" cy=\"",
                        number(frame.y(point.mean)), "\" r=\"2.4\"/>");
    }
    return cat("<svg class=\"chart\" viewBox=\"0 0 ", frame.width, " ", frame.height, "\" role=\"img\" tabindex=\"0\" ",
               "aria-label=\"", escape_markup(label), "\" data-steps=\"", list(steps), "\" data-values=\"",
               list(values), "\" data-x=\"", number(frame.x(steps.front())), " ", number(frame.x(steps.back())),
               "\" data-y=\"", exact_text(frame.low), " ", exact_text(frame.high), " ", frame.height - frame.bottom,
               " ", frame.top, "\">", body, "<path class=\"cursor\" d=\"M0 ", frame.top, "V",
               frame.height - frame.bottom, "\"/><circle class=\"mark\" r=\"3.6\"/></svg>");
}

std::string spark_line(const Series& series) {
    const auto curve = curve_of(series, 120);
    if (curve.size() < 2) return {};
    Frame frame{.width = 120, .height = 32, .left = 2, .right = 4, .top = 3, .bottom = 3};
    frame.fit(curve);
    const auto means = smoothed(curve, smoothing_window(curve.size()));
    return cat("<svg class=\"spark\" viewBox=\"0 0 120 32\" aria-hidden=\"true\"><path class=\"line\" d=\"",
               path(curve, frame, [&](std::size_t i) { return means[i]; }), "\"/><circle class=\"dot\" r=\"2.4\" cx=\"",
               number(frame.x(curve.back().step)), "\" cy=\"", number(frame.y(means.back())), "\"/></svg>");
}

}  // namespace anabranch::framework
