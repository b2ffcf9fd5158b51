#pragma once

#include <framework/draw/markup.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anabranch::framework {

/// Six significant digits: what a readout shows.
[[nodiscard]] std::string exact_text(double value);
/// A value at an axis whose ticks are `step` apart: "0.25", "1500", "2e-05".
[[nodiscard]] std::string tick_text(double value, double step);
/// "34 %", "<1 %".
[[nodiscard]] std::string share_text(double share);
/// "1,234,567"
[[nodiscard]] std::string grouped_text(std::uint64_t value);

/// A table that scrolls in itself where it is too wide. `columns`: headings; those that begin with '>' are of numbers,
/// set to the right. Cells are HTML.
[[nodiscard]] std::string table(const std::vector<std::string>& columns,
                                const std::vector<std::vector<std::string>>& rows);
/// Names beside texts, both escaped here.
[[nodiscard]] std::string pairs(const std::vector<std::pair<std::string, std::string>>& items);

}  // namespace anabranch::framework
