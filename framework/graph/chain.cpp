#include <anabranch/error.h>
#include <framework/graph/chain.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/names.h>

#include <algorithm>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

/// Gives every --set to the graph that it begins with the name of.
class Distribution {
  public:
    Distribution(const ChainOptions& options, std::vector<std::string> names, Diagnostics& diagnostics)
        : names_(std::move(names)), of_graph_(names_.size()), diagnostics_(diagnostics) {
        std::string shown;
        for (const auto& given : options.overrides) {
            Override change = given;
            if (change.number == 0) change.number = ++number_;
            shown += cat(change.path, "=", change.value, "\n");
            distribute(std::move(change));
        }
        diagnostics_.add_source(std::string(override_file), shown);
    }
    [[nodiscard]] const std::vector<Override>& of(std::size_t graph) const { return of_graph_[graph]; }

  private:
    void distribute(Override change) {
        const bool chain = names_.size() > 1;
        for (std::size_t i = 0; i < names_.size(); ++i) {
            const std::string prefix = names_[i] + ".";
            const bool named = change.path.starts_with(prefix) && change.path.size() > prefix.size();
            if (!named || (!chain && is_graph_key(names_[i]))) continue;
            change.path.erase(0, prefix.size());
            change.prefix = prefix;
            of_graph_[i].push_back(std::move(change));
            return;
        }
        if (!chain) {
            of_graph_.front().push_back(std::move(change));
            return;
        }
        const std::string first = change.path.substr(0, change.path.find('.'));
        auto& report = diagnostics_.report(
            Code::unknown_override, {std::string(override_file), change.number, 1},
            cat("no graph of this chain is called '", first, "'; its graphs are ", enumerate(names_)));
        if (is_graph_key(first)) {
            report.help(cat("name the graph that is meant: --set ", names_.back(), ".", change.path, "=..."));
        } else {
            report.suggest(did_you_mean(first, names_));
        }
    }
    static bool is_graph_key(const std::string& text) {
        return std::ranges::find(graph_keys, text) != graph_keys.end();
    }

    std::vector<std::string> names_;
    std::vector<std::vector<Override>> of_graph_;
    Diagnostics& diagnostics_;
    int number_ = 0;
};

void require_distinct(const std::vector<Chain::Stage>& stages, Diagnostics& diagnostics) {
    for (std::size_t i = 0; i < stages.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (stages[i].directory != stages[j].directory) continue;
            diagnostics
                .report(Code::duplicate_graph, {stages[i].file.string(), 0, 0},
                        cat("the graph '", stages[i].name, "' would be kept in ", stages[i].directory.string(),
                            ", and so would '", stages[j].name, "' of ", stages[j].file.string()))
                .help("give one of them another 'name'");
            return;
        }
    }
}

}  // namespace

bool Chain::has_errors() const {
    return diagnostics.has_errors() ||
           std::ranges::any_of(stages, [](const Stage& stage) { return stage.result.diagnostics.has_errors(); });
}

std::string Chain::text(bool colour) const {
    std::string text;
    for (const auto& stage : stages) text += stage.result.diagnostics.text(colour);
    return text + diagnostics.text(colour);
}

Chain check_chain(const Host& host, const ChainOptions& options) {
    Chain chain;
    std::vector<std::string> names;
    for (const auto& file : options.files) names.push_back(graph_name(file));
    const Distribution overrides(options, names, chain.diagnostics);
    Made made = options.made;
    for (const auto& graph : made.graphs) {
        if (std::ranges::find(names, graph.name) != names.end())
            throw Error(cat("--made ", graph.name, "=...: the graph '", graph.name, "' itself is one of those given"));
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        made.later.assign(names.begin() + static_cast<std::ptrdiff_t>(i) + 1, names.end());
        made.may_be_unknown = options.made.may_be_unknown && names.size() == 1;
        Chain::Stage stage;
        stage.file = options.files[i];
        stage.result = check_graph(host, stage.file, overrides.of(i), made);
        const auto& plan = stage.result.plan;
        stage.name = plan ? plan->name : names[i];
        stage.directory = names.size() == 1 ? options.out : options.out / folder_name(stage.name);
        if (names.size() > 1) {
            MadeGraph graph{stage.name, fs::absolute(stage.directory).lexically_normal(), {}};
            if (plan) graph.saved = saved_by(*plan);
            made.graphs.push_back(std::move(graph));
        }
        chain.stages.push_back(std::move(stage));
    }
    require_distinct(chain.stages, chain.diagnostics);
    return chain;
}

}  // namespace anabranch::framework
