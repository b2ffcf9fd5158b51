#include <doctest/doctest.h>
#include <framework/graph/ordering.h>

namespace anabranch::framework {

using List = std::vector<std::size_t>;

TEST_CASE("what is depended on comes first, else the order given stays") {
    CHECK(order_by_dependencies({}).order == List{});
    CHECK(order_by_dependencies({{}, {}, {}}).order == List{0, 1, 2});
    CHECK(order_by_dependencies({{2}, {}, {1}}).order == List{1, 2, 0});
    const Ordering twice = order_by_dependencies({{1, 1}, {}});
    CHECK(twice.order == List{1, 0});
    CHECK(twice.cycles.empty());
}

TEST_CASE("each knot gives one cycle, and the rest is still ordered") {
    CHECK(order_by_dependencies({{0}}).cycles == std::vector<List>{{0}});
    const Ordering two = order_by_dependencies({{1}, {0}, {3}, {2}, {1}});
    CHECK(two.cycles == std::vector<List>{{0, 1}, {2, 3}});
    CHECK(two.order.size() == 5);
    const Ordering behind = order_by_dependencies({{1}, {2}, {1}});
    CHECK(behind.cycles == std::vector<List>{{1, 2}});
}

}  // namespace anabranch::framework
