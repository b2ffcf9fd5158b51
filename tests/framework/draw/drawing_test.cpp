#include <doctest/doctest.h>
#include <framework/draw/layout.h>

#include <algorithm>

#include "framework/graph/toy_graph.h"

namespace anabranch::framework {
namespace {

Drawing toy_drawing(const Host& host) {
    const CheckResult result = check_toy(host, toy_graph);
    REQUIRE(result.plan);
    return drawing_of(*result.plan);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

}  // namespace

TEST_CASE("a drawing has the ports, columns, clocks, resources and feedback of a graph") {
    const Host host = toy_host();
    const Drawing drawing = toy_drawing(host);
    const auto update = std::ranges::find(drawing.nodes, "update", &Drawing::Node::name);
    REQUIRE(update != drawing.nodes.end());
    CHECK(update->inputs.size() == 3);
    CHECK(update->inputs[0].columns == std::vector<std::string>{"logprobs: f32[B,~R]"});
    CHECK(update->uses == std::vector<std::string>{"writes policy"});
    CHECK(drawing.clocks == std::vector<std::string>{"questions"});
    CHECK(drawing.edges.back().credits == 1);
    CHECK(std::ranges::count(drawing.uses, true, &Drawing::Use::writes) == 1);
}

TEST_CASE("nodes stand below those that they take from, and on nobody") {
    const Host host = toy_host();
    const Drawing drawing = toy_drawing(host);
    std::vector<Size> sizes;
    for (std::size_t n = 0; n < drawing.nodes.size(); ++n) sizes.push_back({100.0 + 20.0 * static_cast<double>(n), 60});
    const Layout layout = lay_out(drawing, sizes);
    std::size_t route = 0;
    for (const auto& edge : drawing.edges) {
        if (edge.kind == Drawing::Edge::Kind::feedback) continue;
        CHECK(layout.nodes[edge.to].y > layout.nodes[edge.from].y + sizes[edge.from].height);
        const auto& points = layout.routes.at(route++);
        CHECK(points.front().y == doctest::Approx(layout.nodes[edge.from].y + sizes[edge.from].height));
        CHECK(points.back().y == doctest::Approx(layout.nodes[edge.to].y));
    }
    for (std::size_t a = 0; a < sizes.size(); ++a) {
        CHECK(layout.nodes[a].x >= -0.01);
        CHECK(layout.nodes[a].x + sizes[a].width <= layout.size.width + 0.01);
        for (std::size_t b = 0; b < a; ++b) {
            if (layout.nodes[a].y != layout.nodes[b].y) continue;
            const std::size_t left = layout.nodes[a].x < layout.nodes[b].x ? a : b;
            CHECK(layout.nodes[left].x + sizes[left].width < layout.nodes[left == a ? b : a].x);
        }
    }
}

TEST_CASE("every format shows every node, resource and loop") {
    const Host host = toy_host();
    Drawing drawing = toy_drawing(host);
    drawing.nodes[0].type = "a<b>&\"c\"";
    const std::string dot = dot_text(drawing);
    const std::string mermaid = mermaid_text(drawing);
    const std::string svg = svg_text(drawing);
    for (const std::string* text : {&dot, &mermaid, &svg}) {
        CAPTURE(*text);
        for (const auto& node : drawing.nodes) CHECK(has(*text, node.name));
        for (const auto& resource : drawing.resources) CHECK(has(*text, resource.type));
        CHECK(has(*text, "credits: 1"));
        CHECK(has(*text, "logprobs: f32[B,~R]"));
        CHECK(has(*text, "clock"));
    }
    CHECK(has(dot, "a<b>&\\\"c\\\""));
    CHECK(has(mermaid, "a#lt;b#gt;#amp;#quot;c#quot;"));
    CHECK(has(svg, "a&lt;b&gt;&amp;&quot;c&quot;"));
    for (const std::string tag : {"g", "text", "svg", "style", "defs", "marker"})
        CHECK(count(svg, "<" + tag + " ") + count(svg, "<" + tag + ">") == count(svg, "</" + tag + ">"));
    CHECK(count(svg, "class=\"edge\"") + count(svg, "class=\"edge feedback\"") == drawing.edges.size());
}

}  // namespace anabranch::framework
