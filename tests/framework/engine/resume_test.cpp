#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <csignal>
#include <random>
#include <set>

#include "resumable_graph.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<const char*, int>, 5> engines{
    {{"serial", 1}, {"flow", 1}, {"flow", 2}, {"flow", 4}, {"flow", 8}}};

RunOptions options_of(std::size_t engine, std::uint64_t every) {
    RunOptions options;
    options.engine = engines.at(engine % engines.size()).first;
    options.workers = engines.at(engine % engines.size()).second;
    options.threads = 1;
    options.checkpoint_every = every;
    return options;
}

/// The outcome of a run that nothing interrupts and that makes no checkpoints.
std::string uninterrupted(const ResumableGraph::Options& graph) {
    const TemporaryFolder folder;
    ResumableGraph made(graph);
    const RunResult result = run_in(folder.path(), made.plan(), options_of(0, 0));
    CHECK(result.errors == "");
    return outcome(folder.path() / "run");
}

/// Runs until it is done, each time with another engine and everything that a process remembers gone. `harm` ends a run
/// early, after a number of calls drawn by `seed`.
struct Interrupted {
    int begun = 0;
    std::string outcome;
};
Interrupted interrupted(ResumableGraph::Options graph, std::uint64_t every, unsigned seed,
                        const std::function<void()>& harm) {
    const TemporaryFolder folder;
    std::minstd_rand random(seed);
    Interrupted made;
    int code = 1;
    while (code != 0 && made.begun < 200) {
        std::atomic<int> left = static_cast<int>(5 + random() % 60);
        graph.at_each_call = [&left, &harm] {
            if (left.fetch_sub(1) == 0) harm();
        };
        ResumableGraph fresh(graph);
        RunOptions options = options_of(static_cast<std::size_t>(made.begun) + seed, every);
        options.resume = true;
        options.out = folder.path() / "run";
        code = run_in(folder.path(), fresh.plan(), options).code;
        ++made.begun;
    }
    made.outcome = outcome(folder.path() / "run");
    return made;
}

}  // namespace

TEST_CASE("a run that fails again and again and is resumed gives the bits of one that does not") {
    for (const std::uint64_t credits : {1, 2, 3}) {
        const ResumableGraph::Options graph{.credits = credits};
        const std::string expected = uninterrupted(graph);
        CHECK(expected.size() > 1000);
        for (const std::uint64_t every : {1, 3}) {
            CAPTURE(credits);
            CAPTURE(every);
            const auto seed = static_cast<unsigned>(credits * every);
            const auto made = interrupted(graph, every, seed, [] { throw Error("the power is gone"); });
            CHECK(made.begun > 1);
            CHECK(made.outcome == expected);
        }
    }
}

TEST_CASE("a run that is stopped again and again and is resumed gives the bits of one that is not") {
    for (const std::uint64_t credits : {1, 2, 3}) {
        const ResumableGraph::Options graph{.credits = credits};
        const std::string expected = uninterrupted(graph);
        for (const std::uint64_t every : {0, 4}) {
            CAPTURE(credits);
            CAPTURE(every);
            const auto seed = static_cast<unsigned>(credits + every);
            const auto made = interrupted(graph, every, seed, [] { std::raise(SIGINT); });
            CHECK(made.begun > 1);
            CHECK(made.outcome == expected);
        }
    }
}

TEST_CASE("checkpoints change no bits, are made at the steps asked for, and the last ones are kept") {
    const ResumableGraph::Options graph{.credits = 2};
    const std::string expected = uninterrupted(graph);
    for (std::size_t engine = 0; engine < engines.size(); ++engine) {
        CAPTURE(engine);
        const TemporaryFolder folder;
        ResumableGraph made(graph);
        const RunResult result = run_in(folder.path(), made.plan(), options_of(engine, 5));
        CHECK(result.errors == "");
        CHECK(outcome(folder.path() / "run") == expected);
        // 30 packets become 20, and one more at the end.
        std::set<std::string> kept;
        for (const auto& entry : fs::directory_iterator(folder.path() / "run/resume"))
            kept.insert(entry.path().filename().string());
        CHECK(kept.size() == 3);
        CHECK(kept.contains("finished"));
        CHECK(kept.contains("step-000020"));
    }
}

TEST_CASE("a finished run is not run again; with more steps it goes on, if that is wanted") {
    const TemporaryFolder folder;
    const auto resumed = [&](std::uint64_t steps, bool anyway) {
        ResumableGraph made({.steps = steps});
        made.graph().plan().resolved = cat("name: fake\nsteps: ", steps, "\n");
        RunOptions options = options_of(1, 6);
        options.resume = true;
        options.resume_anyway = anyway;
        options.out = folder.path() / "run";
        return run_in(folder.path(), made.plan(), options);
    };
    CHECK(resumed(20, false).code == 0);
    const auto before = fs::last_write_time(folder.path() / "run/metrics.jsonl");
    const RunResult again = resumed(20, false);
    CHECK(again.code == 0);
    CHECK(again.progress.find("is finished (15 steps): nothing to do") != std::string::npos);
    CHECK(fs::last_write_time(folder.path() / "run/metrics.jsonl") == before);

    const RunResult refused = resumed(30, false);
    CHECK(refused.code == 1);
    CHECK(refused.errors.find("graph: steps was 20 and is 30") != std::string::npos);
    const RunResult more = resumed(30, true);
    CHECK(more.errors == "");
    CHECK(outcome(folder.path() / "run") == uninterrupted({.steps = 30}));
}

TEST_CASE("what was interrupted says how to go on, and what is resumed from where") {
    const TemporaryFolder folder;
    int left = 20;
    ResumableGraph::Options graph{.at_each_call = [&left] {
        if (--left == 0) std::raise(SIGINT);
    }};
    ResumableGraph first(graph);
    RunOptions options = options_of(0, 0);
    options.out = folder.path() / "run";
    const RunResult stopped = run_in(folder.path(), first.plan(), options);
    CHECK(stopped.code == 130);
    CHECK(stopped.progress.find(cat("to go on: the same command with --out ", options.out.string(), " --resume")) !=
          std::string::npos);
    ResumableGraph second(graph);
    options.resume = true;
    const RunResult result = run_in(folder.path(), second.plan(), options);
    CHECK(result.code == 0);
    CHECK(result.progress.find("resuming at step ") != std::string::npos);
    CHECK(result.progress.find(cat(" from ", (options.out / "resume/step-0000").string())) != std::string::npos);
}
