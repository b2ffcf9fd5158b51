#include <framework/engine/engine.h>
#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_scheduler_observer.h>

#include <memory>
#include <tuple>
#include <vector>

namespace anabranch::framework {
namespace {

namespace flow = oneapi::tbb::flow;
using CallPtr = std::shared_ptr<ReadyCall>;
using Join = flow::multifunction_node<OutcomePtr, std::tuple<CallPtr>, flow::queueing_lightweight>;
using Body = flow::function_node<CallPtr, OutcomePtr>;

/// Takes in what a node waits for and gives its calls. A null outcome only says: look again.
struct JoinBody {
    Execution* execution;
    std::size_t node;

    // noexcept is what makes TBB run it at once on the sender's thread, without a task.
    void operator()(const OutcomePtr& outcome, Join::output_ports_type& ports) const noexcept {
        if (outcome != nullptr) execution->take(node, *outcome);
        while (auto call = execution->next(node)) {
            std::get<0>(ports).try_put(std::make_shared<ReadyCall>(std::move(*call)));
        }
    }
};

struct FlowNode {
    FlowNode(flow::graph& graph, Execution& execution, std::size_t node, std::size_t concurrency)
        : join(graph, flow::serial, JoinBody{&execution, node}),
          body(graph, concurrency, [&execution](const CallPtr& call) {
              OutcomePtr outcome;
              // While a body waits for a nested parallel region, its thread must not start another node's body.
              oneapi::tbb::this_task_arena::isolate([&] { outcome = execution.run(std::move(*call)); });
              return outcome;
          }) {
        flow::make_edge(flow::output_port<0>(join), body);
    }
    Join join;
    Body body;
};

/// Prepares every thread that comes to run nodes.
class ThreadPreparation final : public oneapi::tbb::task_scheduler_observer {
  public:
    ThreadPreparation(oneapi::tbb::task_arena& arena, WorkerHooks& hooks, Failures& failures)
        : task_scheduler_observer(arena), hooks_(hooks), failures_(failures) {
        observe(true);
    }
    ~ThreadPreparation() override { observe(false); }
    void on_scheduler_entry(bool) override {
        try {
            hooks_.enter();
        } catch (...) {
            failures_.add("a worker thread could not be prepared: " + message_of(std::current_exception()));
        }
    }

  private:
    WorkerHooks& hooks_;
    Failures& failures_;
};

class FlowEngine final : public Engine {
  public:
    FlowEngine(const Budget& budget, WorkerHooks& hooks, Failures& failures)
        : workers_(budget.workers), hooks_(hooks), failures_(failures) {}

    void run(Execution& execution) override {
        const oneapi::tbb::global_control parallelism(oneapi::tbb::global_control::max_allowed_parallelism,
                                                      static_cast<std::size_t>(workers_));
        oneapi::tbb::task_arena arena(workers_, 1);
        const ThreadPreparation preparation(arena, hooks_, failures_);
        arena.execute([&] { run_graph(execution); });
    }

  private:
    static void run_graph(Execution& execution) {
        flow::graph graph;
        std::vector<std::unique_ptr<FlowNode>> nodes;
        for (std::size_t n = 0; n < execution.size(); ++n) {
            const std::size_t concurrency = execution.wiring(n).serial ? flow::serial : flow::unlimited;
            nodes.push_back(std::make_unique<FlowNode>(graph, execution, n, concurrency));
        }
        for (std::size_t n = 0; n < execution.size(); ++n) {
            for (const std::size_t consumer : execution.wiring(n).consumers) {
                flow::make_edge(nodes[n]->body, nodes[consumer]->join);
            }
        }
        execution.on_wake([&nodes](std::size_t node) { nodes[node]->join.try_put(nullptr); });
        for (const auto& node : nodes) node->join.try_put(nullptr);
        graph.wait_for_all();
        execution.on_wake({});
    }

    int workers_;
    WorkerHooks& hooks_;
    Failures& failures_;
};

}  // namespace

std::unique_ptr<Engine> make_flow_engine(const Budget& budget, WorkerHooks& hooks, Failures& failures) {
    return std::make_unique<FlowEngine>(budget, hooks, failures);
}

}  // namespace anabranch::framework
