#include <anabranch/error.h>
#include <framework/draw/layout.h>
#include <framework/draw/markup.h>
#include <framework/graph/utf8.h>
#include <framework/page/html.h>
#include <framework/page/sections.h>
#include <framework/report/text.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace anabranch::framework {
namespace {

constexpr double margin = 14;
constexpr double padding = 12;
constexpr double line_height = 16;
constexpr double name_letter = 8.2;  ///< widths of letters, at most
constexpr double letter = 6.6;
constexpr double feedback_lane = 26;
constexpr double bar_height = 5;

using Lines = std::array<std::string, 3>;

double width_of(const std::string& text, double of_letter) {
    return of_letter * static_cast<double>(count_characters(text));
}

class Picture {
  public:
    Picture(const RunRecord& record, std::string id) : record_(record), id_(std::move(id)) {
        for (const auto& node : record.nodes) all_seconds_ += node.usage.seconds;
        for (const auto& node : record.nodes) {
            const NodeUsage& usage = node.usage;
            drawing_.nodes.push_back({usage.name, node.type, {}, {}, {}});
            lines_.push_back({usage.name, node.type,
                              cat(duration_text(usage.seconds), " \u00b7 ", share_text(share(node)), " \u00b7 ",
                                  counted(usage.calls, "call"))});
            sizes_.push_back(size_of(lines_.back()));
        }
        for (const auto& edge : record.edges) {
            using Kind = Drawing::Edge::Kind;
            const Kind kind = edge.kind == "feedback" ? Kind::feedback : edge.kind == "side" ? Kind::side : Kind::data;
            drawing_.edges.push_back(
                {kind, index(edge.from), index(edge.to), edge.output, edge.input, {}, edge.credits});
            most_rows_ = std::max(most_rows_, given(edge).rows);
        }
        layout_ = lay_out(drawing_, sizes_);
    }

    std::string text() {
        const std::string left = resources();
        shift_ = {margin + (resource_width_ > 0 ? resource_width_ + 2.5 * margin : 0), margin};
        const std::string body = left + edges() + nodes();
        const double width = shift_.x + layout_.size.width + margin + lanes_ * feedback_lane + label_width_;
        const double height = std::max(layout_.size.height, resource_height_) + 2 * margin;
        return cat("<svg class=\"graph\" width=\"", std::lround(width), "\" height=\"", std::lround(height),
                   "\" viewBox=\"0 0 ", std::lround(width), " ", std::lround(height),
                   "\" role=\"img\" aria-label=\"The graph; the tables below have its figures\"><defs><marker id=\"",
                   id_,
                   "arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" "
                   "markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"head\" d=\"M0 0L8 4L0 8z\"/></marker>"
                   "</defs>\n",
                   body, "</svg>\n");
    }

  private:
    [[nodiscard]] double share(const RunRecord::Node& node) const {
        return all_seconds_ > 0 ? node.usage.seconds / all_seconds_ : 0;
    }

    [[nodiscard]] std::size_t index(const std::string& name) const {
        for (std::size_t n = 0; n < record_.nodes.size(); ++n) {
            if (record_.nodes[n].usage.name == name) return n;
        }
        throw Error(cat("an edge of the run's record names the node '", name, "', which is not there"));
    }

    [[nodiscard]] NodeUsage::Output given(const RunRecord::Edge& edge) const {
        const auto& node = record_.nodes[index(edge.from)];
        const auto output = std::ranges::find(node.outputs, edge.output);
        return output == node.outputs.end()
                   ? NodeUsage::Output{}
                   : node.usage.outputs[static_cast<std::size_t>(output - node.outputs.begin())];
    }

    static Size size_of(const Lines& lines) {
        const double width =
            std::max({width_of(lines[0], name_letter), width_of(lines[1], letter), width_of(lines[2], letter)});
        return {width + 2 * padding, 3 * line_height + 1.6 * padding + bar_height};
    }

    std::string resources() {
        std::string out;
        double y = margin;
        for (const auto& [name, type] : record_.resources) {
            std::string users;
            for (const auto& use : record_.uses) {
                if (use.resource == name && use.writes) users += (users.empty() ? "written by " : ", ") + use.node;
            }
            const double width =
                std::max({width_of(name, name_letter), width_of(type, letter), width_of(users, letter)}) + 2 * padding;
            const double height = (users.empty() ? 2 : 3) * line_height + 1.4 * padding;
            out +=
                cat("<g transform=\"translate(", margin, " ", std::lround(y), ")\"><rect class=\"resource\" width=\"",
                    std::lround(width), "\" height=\"", std::lround(height), "\" rx=\"14\"/>", line(0, name, "name"),
                    line(1, type, "type"), users.empty() ? "" : line(2, users, "type"), "</g>\n");
            resource_width_ = std::max(resource_width_, width);
            y += height + margin;
        }
        resource_height_ = y;
        return out;
    }

    static std::string line(int number, const std::string& text, std::string_view kind) {
        return cat("<text class=\"", kind, "\" x=\"", padding, "\" y=\"",
                   std::lround(padding + 9 + number * line_height), "\">", escape_markup(text), "</text>");
    }

    std::string nodes() {
        std::string out;
        for (std::size_t n = 0; n < record_.nodes.size(); ++n) {
            const auto& node = record_.nodes[n];
            const double part = share(node);
            const Size& size = sizes_[n];
            const auto width = std::lround(size.width);
            const auto height = std::lround(size.height);
            const auto& waits = node.usage.waits;
            out += cat("<g transform=\"translate(", std::lround(layout_.nodes[n].x + shift_.x), " ",
                       std::lround(layout_.nodes[n].y + shift_.y), ")\"><title>", escape_markup(node.usage.name), " (",
                       escape_markup(node.type), "): ", duration_text(node.usage.seconds), " in its body, waited ",
                       duration_text(waits.total()), ": ", duration_text(waits.itself), " for its call before, ",
                       duration_text(waits.resources), " for a resource, ", duration_text(waits.worker),
                       " for a thread</title><rect class=\"node\" width=\"", width, "\" height=\"", height,
                       "\" rx=\"6\"/><rect class=\"heat\" width=\"", width, "\" height=\"", height,
                       "\" rx=\"6\" style=\"opacity:", exact_text(std::round(100 * (0.55 * part)) / 100), "\"/>",
                       line(0, lines_[n][0], "name"), line(1, lines_[n][1], "type"), line(2, lines_[n][2], "use"),
                       "<rect class=\"track\" x=\"", padding, "\" y=\"", std::lround(size.height - padding),
                       "\" width=\"", std::lround(size.width - 2 * padding), "\" height=\"", bar_height - 1,
                       "\" rx=\"2\"/><rect class=\"part\" x=\"", padding, "\" y=\"", std::lround(size.height - padding),
                       "\" width=\"", exact_text(std::round(10 * part * (size.width - 2 * padding)) / 10),
                       "\" height=\"", bar_height - 1, "\" rx=\"2\"/></g>\n");
        }
        return out;
    }

    std::string edges() {
        std::string out;
        std::string labels;
        std::size_t forward = 0;
        for (std::size_t e = 0; e < record_.edges.size(); ++e) {
            const auto& edge = record_.edges[e];
            if (edge.kind == "feedback") {
                out += feedback(drawing_.edges[e]);
                continue;
            }
            const auto& route = layout_.routes[forward++];
            const NodeUsage::Output traffic = given(edge);
            const double thick =
                most_rows_ > 0 ? static_cast<double>(traffic.rows) / static_cast<double>(most_rows_) : 0;
            const auto mark = record_.waiting.find(edge_place(edge));
            out += cat("<path class=\"edge", edge.kind == "side" ? " side" : "",
                       "\" style=\"stroke-width:", exact_text(std::round(10 * (1.2 + 2.3 * thick)) / 10),
                       "\" marker-end=\"url(#", id_, "arrow)\" d=\"", route_text(route, shift_), "\"><title>",
                       escape_markup(edge_place(edge)), ": ", counted(traffic.packets, "packet"), ", ",
                       counted(static_cast<std::uint64_t>(traffic.rows), "row"),
                       mark == record_.waiting.end() ? "" : cat(", at most ", mark->second, " waiting"),
                       "</title></path>\n");
            labels += label(edge, traffic, route);
        }
        return out + labels;
    }

    /// Rows, at the end of the edge, where edges to one node come apart.
    [[nodiscard]] std::string label(const RunRecord::Edge& edge, const NodeUsage::Output& traffic,
                                    const std::vector<Point>& route) const {
        if (!labelled(edge)) return {};
        const Point& from = route[0];
        const Point& to = route[1];
        return cat("<text class=\"traffic\" text-anchor=\"middle\" x=\"", std::lround((from.x + to.x) / 2 + shift_.x),
                   "\" y=\"", std::lround((from.y + to.y) / 2 + shift_.y + 4), "\">",
                   grouped_text(static_cast<std::uint64_t>(traffic.rows)), traffic.rows == 1 ? " row" : " rows",
                   "</text>\n");
    }

    /// Of the edges from one output the first: all carry the same.
    [[nodiscard]] bool labelled(const RunRecord::Edge& edge) const {
        for (const auto& other : record_.edges) {
            if (other.kind == "feedback" || other.from != edge.from || other.output != edge.output) continue;
            return &other == &edge;
        }
        return false;
    }

    /// Around all boxes, on the right.
    std::string feedback(const Drawing::Edge& edge) {
        const auto right = [&](std::size_t node) {
            return Point{layout_.nodes[node].x + sizes_[node].width + shift_.x,
                         layout_.nodes[node].y + sizes_[node].height / 2 + shift_.y};
        };
        const Point from = right(edge.from);
        const Point to = right(edge.to);
        lanes_ += 1;
        const auto x = std::lround(shift_.x + layout_.size.width + lanes_ * feedback_lane);
        const std::string label = counted(edge.credits, "credit");
        label_width_ = std::max(label_width_, width_of(label, letter) + 10);
        const auto middle = std::lround((from.y + to.y) / 2);
        return cat("<path class=\"edge feedback\" marker-end=\"url(#", id_, "arrow)\" d=\"M", std::lround(from.x), " ",
                   std::lround(from.y), " C", x, " ", std::lround(from.y), " ", x, " ", std::lround(from.y), " ", x,
                   " ", middle, " C", x, " ", std::lround(to.y), " ", x, " ", std::lround(to.y), " ", std::lround(to.x),
                   " ", std::lround(to.y), "\"/><text class=\"type\" x=\"", x + 4, "\" y=\"", middle, "\">", label,
                   "</text>\n");
    }

    const RunRecord& record_;
    std::string id_;
    Drawing drawing_;
    std::vector<Lines> lines_;
    std::vector<Size> sizes_;
    Layout layout_;
    Point shift_;
    double all_seconds_ = 0;
    std::int64_t most_rows_ = 0;
    double resource_width_ = 0;
    double resource_height_ = 0;
    double lanes_ = 0;
    double label_width_ = 0;
};

}  // namespace

std::string graph_picture(const RunRecord& record, const std::string& id) {
    return Picture(record, id).text();
}

std::string graph_section(const RunData& run, const std::string& id) {
    if (!run.record || run.record->nodes.empty()) return {};
    return cat(
        "<h3>Graph</h3>\n<p class=\"quiet\">The darker a node, the more of the time of all nodes it took. The thicker "
        "an edge, the more rows went along it.</p>\n<div class=\"scroll\">",
        graph_picture(*run.record, id), "</div>\n");
}

}  // namespace anabranch::framework
