#include <anabranch/error.h>
#include <framework/draw/layout.h>
#include <framework/draw/markup.h>
#include <framework/graph/utf8.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace anabranch::framework {
namespace {

constexpr double margin = 20;
constexpr double padding = 10;
constexpr double line_height = 15;
constexpr double name_letter = 8.4;  ///< width of a letter, at most: of names, and of all other lines
constexpr double letter = 6.7;
constexpr double feedback_lane = 26;

/// The hue of each clock.
constexpr std::array<std::string_view, 6> hues{"#3b7dd8", "#4a9a3a", "#d08a1d", "#b04a93", "#2a9a9a", "#7a5bc4"};

constexpr std::string_view style = R"(<style>
  svg { --ink: #1d2430; --soft: #5a6575; --box: #ffffff; --line: #9aa5b4; --page: #f7f8fa; }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #e6e9ee; --soft: #a3adba; --box: #232a35; --line: #6b7686; --page: #171b22; }
  }
  text { font: 11px ui-monospace, Menlo, Consolas, monospace; fill: var(--soft); }
  .name { font: bold 13px system-ui, sans-serif; fill: var(--ink); }
  .box { fill: var(--box); stroke: var(--line); }
  .edge { fill: none; stroke: var(--line); stroke-width: 1.5; }
  .side { stroke-dasharray: 2 3; stroke-width: 2.5; }
  .feedback { stroke-dasharray: 6 4; }
  .page { fill: var(--page); }
</style>
)";

long round(double value) {
    return std::lround(value);
}

/// What stands in a box, from top to bottom; the first line is its name.
using Lines = std::vector<std::string>;

void add_ports(Lines& lines, const std::vector<Drawing::Port>& ports, bool inputs) {
    for (const auto& port : ports) {
        std::string head = inputs ? "\u2192 " + port.name + "  " : port.name + " \u2192  ";
        const std::string indent(count_characters(head), ' ');
        if (port.columns.empty()) lines.push_back(head + "any columns");
        for (const auto& column : port.columns) {
            lines.push_back(head + column);
            head = indent;
        }
    }
}

Lines lines_of(const Drawing& drawing, const Drawing::Node& node) {
    Lines lines{node.name, node.type};
    add_ports(lines, node.inputs, true);
    add_ports(lines, node.outputs, false);
    for (const auto& use : node.uses) lines.push_back(use);
    const bool starts = drawing.clocks[node.clock] == node.name;
    if (starts) lines.emplace_back(node.regroups ? "starts a new clock" : "starts a clock");
    return lines;
}

Size size_of(const Lines& lines) {
    double width = name_letter * static_cast<double>(count_characters(lines.front()));
    for (const auto& line : lines) width = std::max(width, letter * static_cast<double>(count_characters(line)));
    return {width + 2 * padding + 4, line_height * static_cast<double>(lines.size()) + 2 * padding};
}

std::string box(const Lines& lines, const Point& at, const Size& size, std::string_view hue, double radius) {
    std::string out =
        cat("<g transform=\"translate(", round(at.x), " ", round(at.y), ")\"><rect class=\"box\" width=\"",
            round(size.width), "\" height=\"", round(size.height), "\" rx=\"", radius, "\"/>");
    if (!hue.empty()) out += cat("<rect width=\"5\" height=\"", round(size.height), "\" rx=\"2\" fill=\"", hue, "\"/>");
    double y = padding + 11;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        out += cat("<text xml:space=\"preserve\"", i == 0 ? " class=\"name\"" : "", " x=\"", padding + 4, "\" y=\"",
                   round(y), "\">", escape_markup(lines[i]), "</text>");
        y += line_height;
    }
    return out + "</g>\n";
}

class Picture {
  public:
    explicit Picture(const Drawing& drawing) : drawing_(drawing) {
        for (const auto& node : drawing.nodes) {
            lines_.push_back(lines_of(drawing, node));
            sizes_.push_back(size_of(lines_.back()));
        }
        layout_ = lay_out(drawing, sizes_);
    }

    std::string text() {
        const std::string left = resources();
        shift_ = {margin + (resource_width_ > 0 ? resource_width_ + 3 * margin : 0), margin};
        const std::string body = left + edges() + nodes();
        const double width = shift_.x + layout_.size.width + margin + lanes_ * feedback_lane + label_width_;
        const double height = std::max(layout_.size.height, resource_height_) + 2 * margin;
        return cat("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", round(width), "\" height=\"", round(height),
                   "\" viewBox=\"0 0 ", round(width), " ", round(height), "\">\n<title>", escape_markup(drawing_.name),
                   "</title>\n", style,
                   "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" "
                   "markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#8a94a3\"/></marker></defs>\n",
                   "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n", body, "</svg>\n");
    }

  private:
    std::string resources() {
        std::string out;
        double y = margin;
        for (std::size_t r = 0; r < drawing_.resources.size(); ++r) {
            Lines lines{drawing_.resources[r].name, drawing_.resources[r].type};
            for (const auto& use : drawing_.uses) {
                if (!use.by_node && use.user == r)
                    lines.push_back(cat("made from ", drawing_.resources[use.resource].name));
            }
            const Size size = size_of(lines);
            out += box(lines, {margin, y}, size, "", 14);
            y += size.height + margin;
            resource_width_ = std::max(resource_width_, size.width);
        }
        resource_height_ = std::max(0.0, y - 2 * margin);
        return out;
    }

    std::string nodes() {
        std::string out;
        for (std::size_t n = 0; n < drawing_.nodes.size(); ++n) {
            const Point at{layout_.nodes[n].x + shift_.x, layout_.nodes[n].y + shift_.y};
            out += box(lines_[n], at, sizes_[n], hues[drawing_.nodes[n].clock % hues.size()], 4);
        }
        return out;
    }

    std::string edges() {
        std::string out;
        std::size_t forward = 0;
        for (const auto& edge : drawing_.edges) {
            if (edge.kind == Drawing::Edge::Kind::feedback) {
                out += feedback(edge);
                continue;
            }
            const bool side = edge.kind == Drawing::Edge::Kind::side;
            out += cat("<path class=\"edge", side ? " side" : "", "\" marker-end=\"url(#arrow)\" d=\"",
                       route_text(layout_.routes[forward++], shift_), "\"><title>", escape_markup(edge_title(edge)),
                       "</title></path>\n");
        }
        return out;
    }

    [[nodiscard]] std::string edge_title(const Drawing::Edge& edge) const {
        return cat(drawing_.nodes[edge.from].name, ".", edge.from_port, " to ", drawing_.nodes[edge.to].name, ".",
                   edge.to_port);
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
        const double x = shift_.x + layout_.size.width + lanes_ * feedback_lane;
        const std::string label = cat("credits: ", edge.credits);
        label_width_ = std::max(label_width_, letter * static_cast<double>(label.size()) + 10);
        return cat("<path class=\"edge feedback\" marker-end=\"url(#arrow)\" d=\"M", round(from.x), " ", round(from.y),
                   " C", round(x), " ", round(from.y), " ", round(x), " ", round(from.y), " ", round(x), " ",
                   round((from.y + to.y) / 2), " C", round(x), " ", round(to.y), " ", round(x), " ", round(to.y), " ",
                   round(to.x), " ", round(to.y), "\"/><text x=\"", round(x + 4), "\" y=\"", round((from.y + to.y) / 2),
                   "\">", label, "</text>\n");
    }

    const Drawing& drawing_;
    std::vector<Lines> lines_;
    std::vector<Size> sizes_;
    Layout layout_;
    Point shift_;
    double resource_width_ = 0;
    double resource_height_ = 0;
    double lanes_ = 0;
    double label_width_ = 0;
};

}  // namespace

std::string svg_text(const Drawing& drawing) {
    return Picture(drawing).text();
}

}  // namespace anabranch::framework
