#include <anabranch/node.h>
#include <plugins/flow/nodes.h>

namespace anabranch::flow {
namespace {

class Discard final : public Node {
  public:
    static Spec spec() {
        return Spec("flow.discard", "Takes packets and drops them: says in a graph that an output is not needed.")
            .input("in", "", "anything")
            .parallel()
            .example("nothing: {type: flow.discard, in: rollout}");
    }
    explicit Discard(const Parameters&) {}
    void process(Call&) override {}
};

}  // namespace

void add_discard(Registry& registry) {
    registry.add<Discard>();
}

}  // namespace anabranch::flow
