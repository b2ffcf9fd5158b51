// same_bits PLUGINS GRAPH FOLDER [PATH=VALUE | made:NAME=DIR]...: runs a graph by the serial engine, then by the flow
// engine with 1, 2, 4 and 8 workers and a random delay before and after every call, and compares all that was written
// and printed. Each run has a folder in FOLDER, where relative paths in VALUE start too. FOLDER/metrics.jsonl are the
// metrics without times. Exit code 1: something differs.
#include <anabranch/node.h>
#include <framework/engine/run.h>
#include <framework/graph/check.h>

#include <chrono>
#include <deque>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <random>
#include <regex>
#include <sstream>
#include <thread>

using namespace anabranch;
using namespace anabranch::framework;
namespace fs = std::filesystem;

namespace {

/// A node whose calls take longer by what depends on anything but the data: most a little, some a lot.
class Delayed final : public Node {
  public:
    Delayed(std::unique_ptr<Node> node, unsigned seed) : node_(std::move(node)), seed_(seed) {}
    void process(Call& call) override {
        std::minstd_rand random(seed_ * 7919U + static_cast<unsigned>(call.random().key()));
        delay(random);
        node_->process(call);
        delay(random);
    }
    void flush(Call& call) override { node_->flush(call); }
    void save_state(State& state) const override { node_->save_state(state); }
    void load_state(const State& state) override { node_->load_state(state); }
    void close() override { node_->close(); }

  private:
    static void delay(std::minstd_rand& random) {
        const auto most = random() % 8 == 0 ? 12000U : 1000U;
        std::this_thread::sleep_for(std::chrono::microseconds(random() % most));
    }

    std::unique_ptr<Node> node_;
    unsigned seed_;
};

struct Variant {
    std::string name;
    std::string engine;
    int workers = 1;
    unsigned delay_seed = 0;  ///< 0: no delays
};

struct Settings {
    std::vector<Override> overrides;
    Made made;

    void add(const std::string& text) {
        if (!text.starts_with(made_prefix)) return overrides.push_back(Override::parse(text));
        const auto equals = text.find('=');
        const fs::path directory = text.substr(equals + 1);
        made.graphs.push_back(
            {text.substr(made_prefix.size(), equals - made_prefix.size()), directory, saved_in(directory)});
    }
};

/// What a run leaves behind: by path in its folder, and what its nodes printed.
using Results = std::map<std::string, std::string>;

std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Of the lines for the person who watches, those that nodes print.
std::string printed_by_nodes(const std::string& progress) {
    static const std::regex by_the_engine("(running|loading|step) .*");
    static const std::regex summary("(done|interrupted|failed): .*");
    std::istringstream lines(progress);
    std::string kept;
    for (std::string line; std::getline(lines, line) && !std::regex_match(line, summary);) {
        if (!std::regex_match(line, by_the_engine)) kept += line + '\n';
    }
    return kept;
}

/// Without times. What is told of different clocks may come in any order, so each clock's (or node's) lines stand
/// together.
std::string comparable(const std::string& lines_of_json) {
    static const std::regex times(R"x(, "(wall_s|([^"]*/)?time/[^"]*|[^"]*_per_second)": [^,}]*)x");
    static const std::regex clock(R"x("(clock|node)": "[^"]*")x");
    std::map<std::string, std::string> by_clock;
    std::istringstream lines(std::regex_replace(lines_of_json, times, ""));
    for (std::string line; std::getline(lines, line);) {
        std::smatch found;
        by_clock[std::regex_search(line, found, clock) ? found.str() : ""] += line + '\n';
    }
    std::string text;
    for (const auto& [name, part] : by_clock) text += part;
    return text;
}

Results results_in(const fs::path& folder, const std::string& progress) {
    Results results{{"what nodes printed", printed_by_nodes(progress)}};
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) continue;
        const std::string path = entry.path().lexically_relative(folder).string();
        // Not results: what names the folder, and the record of times and of the machine.
        if (path == "run/graph.yaml" || path == "run/run.json" || path.starts_with("run/tensorboard/")) continue;
        results[path] = text_of(entry.path());
        if (path == "run/metrics.jsonl" || path == "run/printed.jsonl") results[path] = comparable(results[path]);
    }
    return results;
}

Results run(const Host& host, const fs::path& graph, const Variant& variant, const fs::path& folder,
            const Settings& settings) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    fs::current_path(folder);
    auto checked = check_graph(host, graph, settings.overrides, settings.made);
    if (!checked.plan) throw Error(checked.diagnostics.text());
    std::deque<NodeType> types;
    for (auto& node : checked.plan->nodes) {
        if (variant.delay_seed == 0) continue;
        const auto make = [inner = node.type->make, seed = variant.delay_seed](const Parameters& parameters) {
            return std::make_unique<Delayed>(inner(parameters), seed);
        };
        node.type = &types.emplace_back(NodeType{node.type->spec, make});
    }
    std::ostringstream progress;
    RunOptions options{.out = folder / "run", .engine = variant.engine, .workers = variant.workers, .threads = 1};
    options.worker_hooks = host.worker_hooks();
    options.progress = &progress;
    if (run_plan(*checked.plan, options) != 0) throw Error(cat(variant.name, ": the run failed"));
    return results_in(folder, progress.str());
}

/// What differs, in a line for each; empty: nothing.
std::string difference(const Results& expected, const Results& found) {
    std::string text;
    for (const auto& [path, content] : expected) {
        const auto other = found.find(path);
        if (other == found.end()) {
            text += "  " + path + ": missing\n";
        } else if (other->second != content) {
            const auto place = std::ranges::mismatch(content, other->second).in1 - content.begin();
            text += cat("  ", path, ": differs from byte ", place, " on\n");
        }
    }
    for (const auto& [path, content] : found) {
        if (!expected.contains(path)) text += "  " + path + ": only here\n";
    }
    return text;
}

int compare(const fs::path& plugins, const fs::path& graph, const fs::path& folder, const Settings& settings) {
    const Host host = Host::load({plugins});
    const Results expected = run(host, graph, {"serial", "serial"}, folder / "serial", settings);
    std::size_t bytes = 0;
    for (const auto& [path, content] : expected) bytes += content.size();
    std::cout << "serial: " << expected.size() << " results, " << bytes << " bytes\n";
    std::ofstream(folder / "metrics.jsonl") << expected.at("run/metrics.jsonl");
    int code = 0;
    unsigned seed = 0;
    for (const int workers : {1, 2, 4, 8}) {
        const std::string name = cat("flow-", workers);
        const auto found = run(host, graph, {name, "flow", workers, ++seed}, folder / name, settings);
        const std::string differs = difference(expected, found);
        std::cout << name << ": " << (differs.empty() ? "the same\n" : "not the same as serial\n") << differs;
        if (!differs.empty()) code = 1;
    }
    return code;
}

}  // namespace

int main(int count, char** arguments) {
    try {
        if (count < 4) throw Error("usage: same_bits PLUGINS GRAPH FOLDER [PATH=VALUE | made:NAME=DIR]...");
        Settings settings;
        for (int i = 4; i < count; ++i) settings.add(arguments[i]);
        return compare(fs::absolute(arguments[1]), fs::absolute(arguments[2]), fs::absolute(arguments[3]), settings);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
