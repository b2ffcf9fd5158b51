#pragma once

#include <anabranch/node.h>
#include <framework/graph/plan.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace anabranch::framework::testing {

/// What a fake node does; anything left out does nothing.
struct Behaviour {
    std::function<void(Call&)> process{};
    std::function<void(Call&)> flush{};
    std::function<void()> close{};
    std::function<void()> make{};
    std::function<void(State&)> save{};
    std::function<void(const State&)> load{};
};

/// How a fake node uses a resource.
struct Use {
    std::string resource;
    Access access = Access::read;
    std::optional<std::uint64_t> lag{};
    bool snapshot = false;
    std::string view{};
};

/// Builds plans by hand: each node has its own type, made of lambdas. Keeps the types that the plan points to.
class FakeGraph {
  public:
    explicit FakeGraph(std::uint64_t steps) {
        plan_.name = "fake";
        plan_.seed = 5;
        plan_.steps = steps;
        plan_.resolved = "name: fake\n";
    }
    FakeGraph(const FakeGraph&) = delete;
    FakeGraph& operator=(const FakeGraph&) = delete;

    using Make = std::function<std::shared_ptr<Resource>(const ResourceContext&)>;
    FakeGraph& resource(const std::string& name, Make make);

    /// `inputs`: port -> "node.output", side inputs too. `uses`: key -> use.
    FakeGraph& node(const std::string& name, Spec spec, Behaviour behaviour,
                    const std::map<std::string, std::string>& inputs = {}, const std::map<std::string, Use>& uses = {});
    /// A source of packets with the column `value`: 0, 1, 2, ...
    FakeGraph& numbers(const std::string& name = "numbers", Behaviour behaviour = {});
    /// in -> out, both with `value`: the result of `function` for each packet's value.
    FakeGraph& map(const std::string& name, const std::string& from,
                   std::function<std::int64_t(Call&, std::int64_t)> function,
                   const std::map<std::string, Use>& uses = {}, bool parallel = false);
    /// Appends every packet's value to `seen`.
    FakeGraph& collect(const std::string& name, const std::string& from, std::vector<std::int64_t>& seen);
    FakeGraph& feedback(const std::string& from, const std::string& to, std::uint64_t credits);

    [[nodiscard]] Plan& plan() { return plan_; }

  private:
    [[nodiscard]] std::size_t index(const std::string& name) const;

    Plan plan_;
    std::deque<NodeType> types_;
    std::deque<ResourceType> resource_types_;
};

/// The column `value` of the input.
[[nodiscard]] std::int64_t value_of(const Call& call, std::string_view port = "in");

/// A resource that nodes write: remembers the number written last. Plain, so that a race in the engine is a race here.
class Cell final : public Resource {
  public:
    std::int64_t value = -1;
    [[nodiscard]] std::shared_ptr<const Resource> snapshot() const override;
    [[nodiscard]] std::shared_ptr<const Resource> view(std::string_view name) const override;
    void save(const std::filesystem::path& directory) const override;
    void load(const std::filesystem::path& directory) override;
};

}  // namespace anabranch::framework::testing
