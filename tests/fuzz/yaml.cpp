// Graph files, from the YAML reader to the last check: a plan or an explanation, and a plan written out is the same
// plan.
#include <framework/graph/check.h>

#include "framework/graph/toy_types.h"
#include "input.h"

using namespace anabranch;
using namespace anabranch::framework;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Host host = toy_host();
    const fuzz::Input input(data, size);
    const CheckResult result = check_text(host, input.text(), "graph.yaml", "/nowhere");
    fuzz::require(result.plan.has_value() == !result.diagnostics.has_errors(), "a plan, or errors");
    static_cast<void>(result.diagnostics.text(true));
    static_cast<void>(result.diagnostics.json());
    if (!result.plan) return 0;
    const CheckResult again = check_text(host, result.plan->resolved, "resolved.yaml", "/");
    fuzz::require(again.plan.has_value(), again.diagnostics.text());
    fuzz::require(again.plan->resolved == result.plan->resolved, "the resolved graph is the same graph");
    return 0;
}
