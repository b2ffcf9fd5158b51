#include <anabranch/error.h>
#include <framework/cli/output.h>
#include <framework/engine/export.h>
#include <framework/engine/wiring.h>
#include <framework/graph/made.h>
#include <framework/graph/names.h>
#include <framework/report/checkpoint_folder.h>
#include <framework/report/run_directory.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_of(const std::vector<PlanResource>& resources) {
    std::vector<std::string> names;
    for (const auto& resource : resources) names.push_back(resource.name);
    return names;
}

/// NAME or NAME.VIEW; empty: the only resource that a node of the graph writes, or the only one that there is.
ExportRequest chosen(const Plan& plan, const Wiring& wiring, const std::string& wanted) {
    const auto names = names_of(plan.resources);
    if (wanted.empty()) {
        std::vector<std::string> written;
        for (std::size_t r = 0; r < names.size(); ++r) {
            if (wiring.writers[r]) written.push_back(names[r]);
        }
        const auto& candidates = written.empty() ? names : written;
        if (candidates.empty())
            throw UsageError("the graph of this run has no resource, so there is nothing to export");
        if (candidates.size() > 1) {
            throw UsageError(cat("the run ", written.empty() ? "has" : "trained",
                                 " several resources: ", enumerate(candidates), "; name one with --resource"));
        }
        return chosen(plan, wiring, candidates.front());
    }
    const std::size_t dot = wanted.find('.');
    const std::string name = wanted.substr(0, dot);
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) throw UsageError(unknown_name("resource", name, names));
    ExportRequest request{.resource = static_cast<std::size_t>(found - names.begin())};
    if (dot == std::string::npos) return request;
    request.view = wanted.substr(dot + 1);
    std::vector<std::string> views;
    for (const auto& view : plan.resources[request.resource].spec.views) {
        if (!view.name.empty()) views.push_back(view.name);
    }
    if (std::ranges::find(views, request.view) == views.end())
        throw UsageError(cat("resource '", name, "': ", unknown_name("view", request.view, views)));
    return request;
}

struct ExportCommand {
    GraphOptions plugins;
    std::string run;
    std::string resource;
    std::string checkpoint;
    std::string out;
    ExportOptions options;

    int operator()() const {
        const fs::path graph = RunDirectory::graph_of(run);
        const Host host = plugins.load_host();
        const CheckResult result = check_graph(host, graph);
        std::cerr << result.diagnostics.text(colour_on_errors());
        if (!result.plan) return exit_invalid_graph;
        const Plan& plan = *result.plan;
        const Wiring wiring(plan);
        ExportRequest request = chosen(plan, wiring, resource);
        const PlanResource& taken = plan.resources[request.resource];
        request.options = options;
        request.options.name = cat(plan.name, " ", taken.name);
        request.target = target_of(taken.name, request.view);
        if (fs::exists(request.target))
            throw Error(cat(request.target.string(), " exists already; remove it, or pass another --out"));
        if (!wiring.writers[request.resource] && !checkpoint.empty())
            throw UsageError(cat("no node of the graph trains '", taken.name, "', so no checkpoint holds it"));
        if (wiring.writers[request.resource]) {
            request.saved =
                (checkpoint.empty() ? fs::path(run) / saved_folder : checkpoint_folder(run, checkpoint)) / taken.name;
            if (!fs::is_directory(request.saved)) {
                throw Error(cat(request.saved.string(), " is missing: the run did not come to save '", taken.name,
                                "'; export another run"));
            }
        }
        export_resource(plan, request);
        std::cout << "written: " << request.target.string() << "\n";
        return exit_done;
    }

  private:
    [[nodiscard]] fs::path target_of(const std::string& name, const std::string& view) const {
        if (!out.empty()) return (fs::path(out) / "").lexically_normal().parent_path();  // without a slash at its end
        const std::string part = cat(name, view.empty() ? "" : ".", view, checkpoint.empty() ? "" : "-", checkpoint);
        return fs::path(run) / "export" /
               cat(part, options.format == "gguf" ? ".gguf"
                         : options.merge          ? "-merged"
                                                  : "");
    }
};

}  // namespace

void add_export(CLI::App& program, Action& action) {
    auto command = std::make_shared<ExportCommand>();
    CLI::App* app = program.add_subcommand("export", "Writes a model of an earlier run for other programs");
    app->add_option("RUN", command->run, "The folder of the run: its --out")->required();
    app->add_option("--format", command->options.format,
                    "hf: a folder that transformers opens, or peft for an adapter; gguf: a file that llama.cpp opens, "
                    "always merged")
        ->type_name("NAME")
        ->required()
        ->check(CLI::IsMember({"hf", "gguf"}));
    app->add_flag("--merge", command->options.merge,
                  "hf: add the adapter to the weights and write the whole model, instead of the adapter alone");
    app->add_option("--dtype", command->options.dtype, "The type of the weights: float32, float16 or bfloat16")
        ->type_name("NAME")
        ->check(CLI::IsMember({"float32", "float16", "bfloat16"}))
        ->capture_default_str();
    app->add_option("--resource", command->resource,
                    "Which resource of the graph, or a view of it such as policy.base (default: the one that was "
                    "trained)")
        ->type_name("NAME");
    app->add_option("--checkpoint", command->checkpoint,
                    "A checkpoint that the run saved on its way, best or step-000100, instead of its end")
        ->type_name("NAME");
    app->add_option("--out", command->out, "What is written, which must not exist (default: in RUN/export)")
        ->type_name("PATH");
    command->plugins.add_plugins(*app);
    app->callback([&action, command] { action = [command] { return (*command)(); }; });
}

}  // namespace anabranch::framework
