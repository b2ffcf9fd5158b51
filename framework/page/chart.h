#pragma once

#include <framework/page/run_data.h>

#include <cstddef>
#include <string>
#include <vector>

namespace anabranch::framework {

/// Values from low to high that a person reads easily, at most `most` + 1 of them, within the range.
[[nodiscard]] std::vector<double> nice_ticks(double low, double high, std::size_t most);

/// A point of a curve that stands for one step, or for several neighbours: their mean and range.
struct CurvePoint {
    double step = 0;
    double mean = 0;
    double low = 0;
    double high = 0;
};
/// At most `most` points; values that are no numbers are left out.
[[nodiscard]] std::vector<CurvePoint> curve_of(const Series& series, std::size_t most);
/// The mean over so many points around each, fewer at the ends; what `window` is for a curve: smoothing_window.
[[nodiscard]] std::vector<double> smoothed(const std::vector<CurvePoint>& curve, std::size_t window);
/// 1 for short curves, which are not smoothed.
[[nodiscard]] std::size_t smoothing_window(std::size_t points);

/// An SVG of the series with axes; the page's script adds a readout. `label`: for those who do not see it.
[[nodiscard]] std::string chart(const Series& series, const std::string& label);
/// A small line without axes.
[[nodiscard]] std::string spark_line(const Series& series);

}  // namespace anabranch::framework
