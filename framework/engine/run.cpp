#include <anabranch/error.h>
#include <framework/engine/bounds.h>
#include <framework/engine/engine.h>
#include <framework/engine/run.h>
#include <framework/engine/stop_signal.h>
#include <framework/report/run_directory.h>
#include <framework/report/run_report.h>
#include <framework/report/text.h>

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>

namespace anabranch::framework {
namespace {

constexpr int done = 0;
constexpr int failed = 1;
constexpr int interrupted = 130;

std::unique_ptr<Engine> make_engine(const RunOptions& options, const Budget& budget, WorkerHooks& hooks,
                                    Failures& failures) {
    if (options.engine == "serial") return make_serial_engine();
    if (options.engine == "flow") return make_flow_engine(budget, hooks, failures);
    throw Error(cat("there is no engine '", options.engine, "'; engines: flow, serial"));
}

/// One run from the empty folder to the last line of the summary.
class Run {
  public:
    Run(const Plan& plan, const RunOptions& options, Failures& failures)
        : plan_(plan),
          failures_(failures),
          summary_(options.summary),
          budget_(settle_budget(options.engine == "serial" ? 1 : options.workers, options.threads, usable_cores())),
          hooks_(options.worker_hooks, budget_.threads),
          engine_(make_engine(options, budget_, hooks_, failures)),
          wiring_(plan),
          console_(options.progress == nullptr ? Console() : Console(*options.progress, false)),
          directory_(options.out.empty() ? RunDirectory::standard(plan.name) : options.out, options.overwrite,
                     plan.resolved),
          recorder_(plan, options.record, directory_.recorded()),
          checkpoints_(plan, wiring_, directory_),
          report_(plan, directory_.metrics(), console_, [this](const Step& step) { complete(step); }),
          execution_(plan, wiring_, failures, report_, [this] { return stop_.requested(); }) {
        if (!options.record.empty()) execution_.record_into(recorder_);
        console_.line(cat("running ", plan.name.empty() ? "the graph" : plan.name, ": ",
                          counted(plan.nodes.size(), "node"), ", seed ", plan.seed, ", ", options.engine, " engine, ",
                          budget_.text()));
    }

    int go() {
        run_nodes();
        report_.finish();
        execution_.close();
        end_recording();
        if (resources_) save();
        const std::string problem = stop_.requested() ? std::string() : checkpoints_.problem();
        if (!problem.empty()) failures_.add(problem);
        const int code = failures_.any() ? failed : stop_.requested() ? interrupted : done;
        summarise(code);
        return code;
    }

  private:
    void run_nodes() {
        if (failures_.any()) return;  // a node could not be made
        try {
            hooks_.enter();
            load();
            report_.start();
            if (!resources_) return;
            execution_.lend(*resources_, checkpoints_);
            engine_->run(execution_);
        } catch (...) {
            failures_.add(message_of(std::current_exception()));
        }
        if (failures_.any()) return;
        const std::string stall = execution_.stall();
        if (!stall.empty()) failures_.add("the graph stalled: nothing runs and nothing can." + stall);
    }

    void load() {
        auto start = std::chrono::steady_clock::now();
        resources_.emplace(plan_, wiring_, [&](const PlanResource& resource, const Resource* made) {
            const std::string text = cat("loading ", resource.name, " (", resource.spec.name, ") ...");
            if (made != nullptr) {
                const std::string what = made->describe();
                const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
                console_.line(cat(text, " ", what, what.empty() ? "" : ", ", duration_text(seconds.count())));
            } else {
                start = std::chrono::steady_clock::now();
                console_.status(text);
            }
            return !stop_.requested();
        });
        if (stop_.requested()) resources_.reset();
    }

    void complete(const Step& step) {
        try {
            checkpoints_.complete(step);
        } catch (...) {
            failures_.add(cat("save: after step ", step.sequence + 1, ": ", message_of(std::current_exception())));
        }
    }

    void end_recording() {
        try {
            recorded_ = recorder_.finish();
        } catch (...) {
            failures_.add(cat("recording: ", message_of(std::current_exception())));
        }
    }

    void save() {
        for (const auto& writer : wiring_.writers) {
            // What a failed writer left behind may be half an update.
            if (writer && failures_.failed(*writer)) return;
        }
        std::vector<std::string> problems;
        for (const auto& path : resources_->save(directory_.resources(), problems)) saved_.push_back(path.string());
        for (auto& problem : problems) failures_.add(std::move(problem));
    }

    void summarise(int code) {
        RunSummary summary = report_.summary();
        summary.outcome = code == done ? "done" : code == failed ? "failed" : "interrupted";
        for (std::size_t n = 0; n < plan_.nodes.size(); ++n) {
            const Station& station = execution_.station(n);
            const std::string& name = plan_.nodes[n].name;
            if (wiring_.nodes[n].source) {
                summary.in_flight.push_back({name, station.window().high_water(), station.window().size()});
            }
            for (std::size_t s = 0; s < wiring_.nodes[n].slots.size(); ++s) {
                const Slot& slot = wiring_.nodes[n].slots[s];
                if (slot.kind != Slot::Kind::data && slot.kind != Slot::Kind::side) continue;
                const std::string edge = cat(plan_.nodes[slot.from].name, " -> ", name, ".", slot.name);
                const bool data = slot.kind == Slot::Kind::data;
                auto& marks = data ? summary.waiting : summary.kept;
                marks.push_back(
                    {edge, station.join().high_water()[s], data ? most_waiting(plan_, wiring_, n, slot) : 0});
            }
        }
        summary.written = {directory_.metrics().string(), directory_.graph().string()};
        std::ranges::move(checkpoints_.kept(), std::back_inserter(summary.written));
        std::ranges::copy(saved_, std::back_inserter(summary.written));
        std::ranges::copy(recorded_, std::back_inserter(summary.written));
        for (const auto& line : summary_lines(summary)) console_.line(line);
        if (summary_ != nullptr) *summary_ = std::move(summary);
    }

    const Plan& plan_;
    Failures& failures_;
    RunSummary* summary_;
    StopSignal stop_;
    Budget budget_;
    WorkerHooks hooks_;
    std::unique_ptr<Engine> engine_;
    Wiring wiring_;
    Console console_;
    RunDirectory directory_;
    Recorder recorder_;
    Checkpoints checkpoints_;
    RunReport report_;
    std::optional<ResourceStore> resources_;
    Execution execution_;
    std::vector<std::string> saved_;
    std::vector<std::string> recorded_;
};

}  // namespace

int run_plan(const Plan& plan, const RunOptions& options) {
    Failures failures;
    int code = failed;
    try {
        code = Run(plan, options, failures).go();
    } catch (...) {
        failures.add(message_of(std::current_exception()));
    }
    std::ostream& errors = options.errors == nullptr ? std::cerr : *options.errors;
    for (const auto& message : failures.messages()) errors << "error: " << message << '\n';
    errors.flush();
    return code;
}

}  // namespace anabranch::framework
