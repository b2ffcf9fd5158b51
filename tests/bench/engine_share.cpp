// The engine's share of a run: all the time that no node works, with one worker. engine_share [GRAPH [PATH=VALUE...]],
// by default graphs/ppo.yaml. Counted from the first call to the end, saving of what was trained included, so it is
// rather too large than too small.
#include <anabranch/error.h>
#include <framework/engine/run.h>
#include <framework/graph/check.h>

#include <cstdio>
#include <exception>
#include <iostream>

#include "support/temporary_folder.h"

using namespace anabranch;
using namespace anabranch::framework;

namespace {

int measure(const Host& host, const std::filesystem::path& file, const std::vector<Override>& overrides) {
    const auto checked = check_graph(host, file, overrides);
    if (!checked.plan) throw Error(checked.diagnostics.text());
    const tests::TemporaryFolder folder;
    RunSummary summary;
    RunOptions options{.out = folder.path() / "run", .workers = 1};
    options.worker_hooks = host.worker_hooks();
    options.summary = &summary;
    if (const int code = run_plan(*checked.plan, options); code != 0) return code;
    double bodies = 0;
    std::uint64_t calls = 0;
    for (const auto& node : summary.nodes) {
        bodies += node.seconds;
        calls += node.calls;
    }
    const double rest = summary.seconds - bodies;
    std::printf("engine: %.2f ms of %.3f s (%.4f %%), %.1f us for each of %llu calls\n", rest * 1e3, summary.seconds,
                100 * rest / summary.seconds, rest * 1e6 / static_cast<double>(calls),
                static_cast<unsigned long long>(calls));
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        const std::string graph = count > 1 ? arguments[1] : ANABRANCH_SOURCE_DIRECTORY "/graphs/ppo.yaml";
        std::vector<Override> overrides;
        for (int i = 2; i < count; ++i) overrides.push_back(Override::parse(arguments[i]));
        return measure(Host::load({ANABRANCH_PLUGIN_DIRECTORY}), graph, overrides);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
