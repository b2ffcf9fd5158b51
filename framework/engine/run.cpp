#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <framework/engine/beginning.h>
#include <framework/engine/bounds.h>
#include <framework/engine/engine.h>
#include <framework/engine/execution_state.h>
#include <framework/engine/run.h>
#include <framework/engine/stop_signal.h>
#include <framework/report/run_directory.h>
#include <framework/report/run_report.h>
#include <framework/report/text.h>
#include <framework/state/state_file.h>

#include <algorithm>
#include <chrono>
#include <fstream>
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

/// Made when it is first asked for: it reads a part of every file.
class RunIdentityOnce {
  public:
    RunIdentityOnce(const Plan& plan, const RunOptions& options, const Budget& budget)
        : make_([&plan, &options, budget] {
              return RunIdentity::of(plan, budget.threads, options.libraries, options.linked);
          }) {}
    const RunIdentity& operator()() {
        if (!made_) made_ = make_();
        return *made_;
    }

  private:
    std::function<RunIdentity()> make_;
    std::optional<RunIdentity> made_;
};

int already_finished(const RunOptions& options) {
    std::ifstream file(RunDirectory::at(options.out).finished());
    RunSummary summary{.outcome = "done before"};
    file >> summary.steps;
    std::ostream& progress = options.progress == nullptr ? std::cout : *options.progress;
    progress << options.out.string() << " is finished (" << counted(summary.steps, "step") << "): nothing to do"
             << "\n"
             << std::flush;
    if (options.summary != nullptr) *options.summary = std::move(summary);
    return done;
}

/// One run from its folder to the last line of the summary.
class Run {
  public:
    Run(const Plan& plan, const RunOptions& options, const Budget& budget, RunIdentityOnce& identity,
        const Beginning& beginning, Failures& failures)
        : plan_(plan),
          failures_(failures),
          summary_(options.summary),
          budget_(budget),
          identity_(identity),
          beginning_(beginning),
          every_(options.checkpoint_every > 0 ? options.checkpoint_every
                 : plan.save                  ? plan.save->every
                                              : 0),
          hooks_(options.worker_hooks, budget_.threads),
          engine_(make_engine(options, budget_, hooks_, failures)),
          wiring_(plan),
          console_(options.progress == nullptr ? Console() : Console(*options.progress, false)),
          directory_(make_directory(plan, options, beginning)),
          recorder_(plan, options.record, directory_.recorded()),
          points_(directory_.resume(), std::max<std::uint64_t>(2, plan.save ? plan.save->keep : 0)),
          checkpoints_(plan, wiring_, directory_),
          report_(
              plan, directory_, console_, {options.engine, budget_.workers, budget_.threads}, options.watching,
              [this](const Step& step) { complete(step); }, beginning.point ? &beginning.saved : nullptr),
          pause_(plan, wiring_, report_.main_clock(), [this] { return stop_.requested(); }),
          execution_(plan, wiring_, failures, report_, pause_) {
        if (!options.record.empty()) execution_.record_into(recorder_);
        report_.on_in_flight([this](std::size_t source) { return execution_.station(source).window().in_flight(); });
        report_.line(cat("running ", plan.name.empty() ? "the graph" : plan.name, ": ",
                         counted(plan.nodes.size(), "node"), ", seed ", plan.seed, ", ", options.engine, " engine, ",
                         budget_.text()));
        for (const auto& remark : beginning.remarks) report_.line(remark);
    }

    int go() {
        run_nodes();
        report_.finish();
        report_.phase("closing the nodes");
        execution_.close();
        end_recording();
        if (resources_) save();
        report_.phase({});
        const bool stopped = stop_.requested() && !execution_.ended();
        const std::string problem = stopped ? std::string() : checkpoints_.problem();
        if (!problem.empty()) failures_.add(problem);
        const int code = failures_.any() ? failed : stopped ? interrupted : done;
        if (code == done) finish();
        summarise(code);
        return code;
    }

  private:
    static RunDirectory make_directory(const Plan& plan, const RunOptions& options, const Beginning& beginning) {
        if (beginning.point) return RunDirectory::resumed(options.out, plan.resolved);
        return {options.out.empty() ? RunDirectory::standard(plan.name) : options.out,
                options.overwrite || beginning.again, plan.resolved};
    }

    void run_nodes() {
        if (failures_.any()) return;  // a node could not be made
        try {
            hooks_.enter();
            load();
            if (!resources_) return report_.start();
            execution_.lend(*resources_, checkpoints_);
            if (beginning_.point) restore();
            report_.start();
            play();
        } catch (...) {
            failures_.add(message_of(std::current_exception()));
        }
    }

    /// From pause to pause, to the end.
    void play() {
        bool hold_ends = every_ > 0 && plan_.steps.has_value();
        if (every_ > 0 && !beginning_.point) points_.write(0, [this](const auto& folder) { write_run(folder, false); });
        while (!failures_.any()) {
            pause_.go_on(next_checkpoint(), hold_ends);
            engine_->run(execution_);
            if (failures_.any() || execution_.ended()) return;
            if (stop_.requested()) return stop();
            if (!pause_.reached() && !hold_ends) {
                failures_.add("the graph stalled: nothing runs and nothing can." + execution_.stall());
                return;
            }
            // Not at a step of the main clock: all sources have given their steps.
            if (!pause_.reached()) hold_ends = false;
            checkpoint();
        }
    }

    [[nodiscard]] std::uint64_t next_checkpoint() const {
        return every_ == 0 ? Pause::never : (report_.completed() / every_ + 1) * every_;
    }

    void stop() {
        try {
            checkpoint();
            report_.line(cat("to go on: the same command with --out ", directory_.path().string(), " --resume"));
        } catch (...) {
            report_.line(cat("it cannot be resumed from here: ", message_of(std::current_exception())));
        }
    }

    void checkpoint() {
        if (execution_.progress() == saved_progress_) return;
        const ResumePoint point = points_.write(report_.completed(), [this](const std::filesystem::path& folder) {
            write_run(folder, true);
            save_execution(execution_, plan_, *resources_, folder, whole_sides_);
        });
        whole_sides_ = sides_whole(execution_) ? point.folder : std::filesystem::path();
        saved_progress_ = execution_.progress();
    }

    /// `begun`: with what the run has done, not only what it is.
    void write_run(const std::filesystem::path& folder, bool begun) {
        State state;
        identity_().save_state(state);
        if (begun) {
            report_.save_state(state);
            checkpoints_.save_state(state);
        }
        write_state(folder / run_file, state);
    }

    void restore() {
        points_.forget_after(*beginning_.point);
        checkpoints_.load_state(beginning_.saved);
        restore_execution(execution_, plan_, *resources_, beginning_.point->folder);
        pause_.completed(report_.completed());
        saved_progress_ = execution_.progress();
        const auto total = report_.total();
        report_.line(cat("resuming at step ", std::min(report_.completed(), total.value_or(report_.completed())),
                         total ? cat(" of ", *total) : "", " from ", beginning_.point->folder.string()));
    }

    void finish() {
        try {
            std::filesystem::create_directories(directory_.resume());
            AtomicFile file(directory_.finished());
            file.write(cat(report_.completed(), "\n"));
            file.commit();
        } catch (...) {
            failures_.add(message_of(std::current_exception()));
        }
    }

    void load() {
        auto start = std::chrono::steady_clock::now();
        resources_.emplace(plan_, wiring_, [&](const PlanResource& resource, const Resource* made) {
            const std::string text = cat("loading ", resource.name, " (", resource.spec.name, ")");
            if (made != nullptr) {
                const std::string what = made->describe();
                const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
                report_.loaded(cat(text, " ... ", what, what.empty() ? "" : ", ", duration_text(seconds.count())));
            } else {
                start = std::chrono::steady_clock::now();
                report_.phase(text);
            }
            return !stop_.requested();
        });
        if (stop_.requested()) resources_.reset();
    }

    void complete(const Step& step) {
        try {
            checkpoints_.complete(step);
            if (step.clock == report_.main_clock()) pause_.completed(step.sequence + 1);
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
        report_.phase("saving what was trained");
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
        for (const auto& line : summary_lines(summary)) report_.line(line);
        report_.end(summary, failures_.messages());
        if (summary_ != nullptr) *summary_ = std::move(summary);
    }

    const Plan& plan_;
    Failures& failures_;
    RunSummary* summary_;
    StopSignal stop_;
    Budget budget_;
    RunIdentityOnce& identity_;
    const Beginning& beginning_;
    std::uint64_t every_;  ///< steps between checkpoints; 0: none
    WorkerHooks hooks_;
    std::unique_ptr<Engine> engine_;
    Wiring wiring_;
    Console console_;
    RunDirectory directory_;
    Recorder recorder_;
    ResumePoints points_;
    Checkpoints checkpoints_;
    RunReport report_;
    std::optional<ResourceStore> resources_;
    Pause pause_;
    Execution execution_;
    std::optional<std::uint64_t> saved_progress_;  ///< of the last checkpoint
    std::filesystem::path whole_sides_;            ///< the last checkpoint, if all side streams were whole in it
    std::vector<std::string> saved_;
    std::vector<std::string> recorded_;
};

}  // namespace

int run_plan(const Plan& plan, const RunOptions& options) {
    Failures failures;
    int code = failed;
    try {
        const Budget budget =
            settle_budget(options.engine == "serial" ? 1 : options.workers, options.threads, usable_cores());
        RunIdentityOnce identity(plan, options, budget);
        const Beginning beginning = find_beginning(plan, options, [&] { return identity(); });
        if (beginning.finished) return already_finished(options);
        code = Run(plan, options, budget, identity, beginning, failures).go();
    } catch (...) {
        failures.add(message_of(std::current_exception()));
    }
    std::ostream& errors = options.errors == nullptr ? std::cerr : *options.errors;
    for (const auto& message : failures.messages()) errors << "error: " << message << '\n';
    errors.flush();
    return code;
}

}  // namespace anabranch::framework
