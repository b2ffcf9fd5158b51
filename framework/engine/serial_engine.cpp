#include <framework/engine/engine.h>

#include <functional>
#include <set>

namespace anabranch::framework {
namespace {

class SerialEngine final : public Engine {
  public:
    void run(Execution& execution) override {
        // Nodes whose next call may be possible. The plan is in topological order: the last ones are the deepest, and
        // to start with them brings a packet to its end before the next one begins.
        std::set<std::size_t, std::greater<>> awake;
        for (std::size_t n = 0; n < execution.size(); ++n) awake.insert(n);
        execution.on_wake([&awake](std::size_t node) { awake.insert(node); });
        while (!awake.empty()) {
            const std::size_t node = *awake.begin();
            auto call = execution.next(node);
            if (!call) {
                awake.erase(node);
                continue;
            }
            const OutcomePtr outcome = execution.run(std::move(*call));
            if (outcome == nullptr) continue;
            for (const std::size_t consumer : execution.wiring(node).consumers) {
                execution.take(consumer, *outcome);
                awake.insert(consumer);
            }
        }
        execution.on_wake({});
    }
};

}  // namespace

std::unique_ptr<Engine> make_serial_engine() {
    return std::make_unique<SerialEngine>();
}

}  // namespace anabranch::framework
