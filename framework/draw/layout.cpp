#include <framework/draw/layout.h>

#include <algorithm>
#include <utility>

// Layers as in Sugiyama, Tagawa and Toda (1981): rows by longest path, a place in every row that an edge passes, order
// within rows by the mean place of neighbours, then positions drawn towards the neighbours.

namespace anabranch::framework {
namespace {

constexpr double row_gap = 56;
constexpr double column_gap = 28;
constexpr double lane = 10;  ///< width of an edge that passes a row
constexpr int order_sweeps = 8;
constexpr int place_sweeps = 24;

/// A node, or the place where an edge passes a row.
struct Item {
    double width = 0;
    double height = 0;
    double centre = 0;
    std::vector<std::size_t> above{};
    std::vector<std::size_t> below{};
};

class Layers {
  public:
    Layers(const Drawing& drawing, const std::vector<Size>& sizes) {
        std::vector<std::size_t> row(drawing.nodes.size(), 0);
        for (const auto& edge : forward(drawing)) row[edge.second] = std::max(row[edge.second], row[edge.first] + 1);
        for (std::size_t n = 0; n < sizes.size(); ++n) put({sizes[n].width, sizes[n].height}, row[n]);
        for (const auto& [from, to] : forward(drawing)) {
            std::vector<std::size_t> chain{from};
            for (std::size_t r = row[from] + 1; r < row[to]; ++r) chain.push_back(put({lane, 0}, r));
            chain.push_back(to);
            for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
                items_[chain[i]].below.push_back(chain[i + 1]);
                items_[chain[i + 1]].above.push_back(chain[i]);
            }
            chains_.push_back(std::move(chain));
        }
        order();
        place();
    }

    [[nodiscard]] Layout layout(std::size_t nodes) const {
        double left = items_.empty() ? 0 : items_.front().centre;
        double right = left;
        for (const auto& item : items_) {
            left = std::min(left, item.centre - item.width / 2);
            right = std::max(right, item.centre + item.width / 2);
        }
        std::vector<double> tops;
        std::vector<double> heights;
        double y = 0;
        for (const auto& row : rows_) {
            double height = 0;
            for (const std::size_t i : row) height = std::max(height, items_[i].height);
            tops.push_back(y);
            heights.push_back(height);
            y += height + row_gap;
        }
        std::vector<std::size_t> row_of(items_.size());
        for (std::size_t r = 0; r < rows_.size(); ++r) {
            for (const std::size_t i : rows_[r]) row_of[i] = r;
        }
        Layout out;
        for (std::size_t n = 0; n < nodes; ++n)
            out.nodes.push_back({items_[n].centre - items_[n].width / 2 - left, tops[row_of[n]]});
        for (const auto& chain : chains_) {
            std::vector<Point> route;
            for (std::size_t i = 0; i < chain.size(); ++i) {
                const Item& item = items_[chain[i]];
                const double top = tops[row_of[chain[i]]];
                const double x = item.centre - left;
                if (i > 0) route.push_back({x, top});
                const bool passes = i > 0 && i + 1 < chain.size();
                if (i + 1 < chain.size())
                    route.push_back({x, top + (passes ? heights[row_of[chain[i]]] : item.height)});
            }
            out.routes.push_back(std::move(route));
        }
        out.size = {right - left, std::max(0.0, y - row_gap)};
        return out;
    }

  private:
    static std::vector<std::pair<std::size_t, std::size_t>> forward(const Drawing& drawing) {
        std::vector<std::pair<std::size_t, std::size_t>> edges;
        for (const auto& edge : drawing.edges) {
            if (edge.kind != Drawing::Edge::Kind::feedback) edges.emplace_back(edge.from, edge.to);
        }
        return edges;
    }

    std::size_t put(Item item, std::size_t row) {
        if (rows_.size() <= row) rows_.resize(row + 1);
        rows_[row].push_back(items_.size());
        items_.push_back(std::move(item));
        return items_.size() - 1;
    }

    void order() {
        std::vector<double> place(items_.size());
        const auto number = [&](const std::vector<std::size_t>& row) {
            for (std::size_t i = 0; i < row.size(); ++i)
                place[row[i]] = (static_cast<double>(i) + 0.5) / static_cast<double>(row.size());
        };
        for (const auto& row : rows_) number(row);
        for (int sweep = 0; sweep < order_sweeps; ++sweep) {
            const bool down = sweep % 2 == 0;
            for (std::size_t r = 0; r < rows_.size(); ++r) {
                auto& row = rows_[down ? r : rows_.size() - 1 - r];
                std::vector<double> mean(items_.size());
                for (const std::size_t i : row)
                    mean[i] = mean_of(down ? items_[i].above : items_[i].below, place, place[i]);
                std::ranges::stable_sort(row, {}, [&](std::size_t i) { return mean[i]; });
                number(row);
            }
        }
    }

    static double mean_of(const std::vector<std::size_t>& items, const std::vector<double>& values, double otherwise) {
        if (items.empty()) return otherwise;
        double sum = 0;
        for (const std::size_t i : items) sum += values[i];
        return sum / static_cast<double>(items.size());
    }

    void place() {
        for (const auto& row : rows_) {
            double x = 0;
            for (const std::size_t i : row) {
                items_[i].centre = x + items_[i].width / 2;
                x += items_[i].width + column_gap;
            }
        }
        std::vector<double> centres(items_.size());
        for (int sweep = 0; sweep < place_sweeps; ++sweep) {
            for (std::size_t r = 0; r < rows_.size(); ++r) {
                for (std::size_t i = 0; i < items_.size(); ++i) centres[i] = items_[i].centre;
                const auto& row = rows_[sweep % 2 == 0 ? r : rows_.size() - 1 - r];
                std::vector<double> wanted;
                for (const std::size_t i : row) {
                    const auto& item = items_[i];
                    wanted.push_back(
                        (mean_of(item.above, centres, item.centre) + mean_of(item.below, centres, item.centre)) / 2);
                }
                spread(row, wanted);
            }
        }
    }

    /// Puts a row where it wants to be as far as order and gaps allow: the mean of pushing right and pushing left.
    void spread(const std::vector<std::size_t>& row, const std::vector<double>& wanted) {
        std::vector<double> rightwards = wanted;
        std::vector<double> leftwards = wanted;
        const auto apart = [&](std::size_t i) {
            return (items_[row[i]].width + items_[row[i + 1]].width) / 2 + column_gap;
        };
        for (std::size_t i = 0; i + 1 < row.size(); ++i)
            rightwards[i + 1] = std::max(rightwards[i + 1], rightwards[i] + apart(i));
        for (std::size_t i = row.size(); i-- > 1;)
            leftwards[i - 1] = std::min(leftwards[i - 1], leftwards[i] - apart(i - 1));
        for (std::size_t i = 0; i < row.size(); ++i) items_[row[i]].centre = (rightwards[i] + leftwards[i]) / 2;
    }

    std::vector<Item> items_;
    std::vector<std::vector<std::size_t>> rows_;
    std::vector<std::vector<std::size_t>> chains_;
};

}  // namespace

Layout lay_out(const Drawing& drawing, const std::vector<Size>& sizes) {
    return Layers(drawing, sizes).layout(drawing.nodes.size());
}

}  // namespace anabranch::framework
