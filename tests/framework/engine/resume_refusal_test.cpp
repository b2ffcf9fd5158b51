#include <doctest/doctest.h>

#include <fstream>
#include <set>

#include "resumable_graph.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

namespace fs = std::filesystem;

/// A run in `folder`/run that fails after so many calls, with checkpoints at every second step.
class Cut {
  public:
    Cut() {
        int left = 60;
        ResumableGraph made({.at_each_call = [&left] {
            if (--left == 0) throw Error("the power is gone");
        }});
        CHECK(run_in(folder_.path(), made.plan(), options(false)).code == 1);
        for (const auto& entry : fs::directory_iterator(run() / "resume")) points_.insert(entry.path());
        CHECK(points_.size() == 2);
    }
    [[nodiscard]] RunOptions options(bool resume) const {
        RunOptions options;
        options.engine = "serial";
        options.threads = 1;
        options.checkpoint_every = 2;
        options.resume = resume;
        options.out = run();
        return options;
    }
    [[nodiscard]] fs::path run() const { return folder_.path() / "run"; }
    [[nodiscard]] const fs::path& older() const { return *points_.begin(); }
    [[nodiscard]] const fs::path& newer() const { return *points_.rbegin(); }
    RunResult resume(const RunOptions& options, const std::string& resolved = "name: fake\n") {
        ResumableGraph made({});
        made.graph().plan().resolved = resolved;
        return run_in(folder_.path(), made.plan(), options);
    }
    RunResult resume() { return resume(options(true)); }

  private:
    TemporaryFolder folder_;
    std::set<fs::path> points_;
};

std::string expected() {
    const TemporaryFolder folder;
    ResumableGraph made({});
    CHECK(run_in(folder.path(), made.plan()).code == 0);
    return outcome(folder.path() / "run");
}

void alter(const fs::path& file) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(-1, std::ios::end);
    stream.put('?');
}

}  // namespace

TEST_CASE("a checkpoint that was altered or cut is named, and the one before is used") {
    const std::string whole = expected();
    const auto harms = {
        +[](const fs::path& point) { alter(point / "engine.packets"); },
        +[](const fs::path& point) { fs::resize_file(point / "nodes/train.packets", 20); },
        +[](const fs::path& point) { fs::remove(point / "resources/cell/value.txt"); },
        +[](const fs::path& point) { fs::remove(point / "SHA256SUMS"); },
        +[](const fs::path& point) { std::ofstream(point / "more.txt") << "more"; },
    };
    for (const auto harm : harms) {
        Cut cut;
        harm(cut.newer());
        const RunResult result = cut.resume();
        CHECK(result.errors == "");
        CHECK(result.progress.find(cut.newer().string()) != std::string::npos);
        CHECK(result.progress.find("; the checkpoint before it is used") != std::string::npos);
        CHECK(result.progress.find(" from " + cut.older().string()) != std::string::npos);
        CHECK(outcome(cut.run()) == whole);
    }
}

TEST_CASE("what a process left that was killed while it wrote a checkpoint is no checkpoint") {
    Cut cut;
    fs::copy(cut.newer(), cut.newer().parent_path() / ".step-000099.partial", fs::copy_options::recursive);
    fs::copy(cut.newer(), cut.newer().parent_path() / ".step-000002.removed", fs::copy_options::recursive);
    const RunResult result = cut.resume();
    CHECK(result.errors == "");
    CHECK(result.progress.find(" from " + cut.newer().string()) != std::string::npos);
    CHECK(outcome(cut.run()) == expected());
    for (const auto& entry : fs::directory_iterator(cut.run() / "resume"))
        CHECK(entry.path().filename().string().front() != '.');
}

TEST_CASE("when no checkpoint is whole, each is named with what is wrong") {
    Cut cut;
    alter(cut.newer() / "run.packets");
    fs::remove(cut.older() / "engine.packets");
    const RunResult result = cut.resume();
    CHECK(result.code == 1);
    CHECK(result.errors == cat("error: ", cut.run().string(), " has no checkpoint that is whole:\n  ",
                               (cut.newer() / "run.packets").string(),
                               " is not what was written: its checksum differs\n  ",
                               (cut.older() / "engine.packets").string(), " is missing\n"));
}

TEST_CASE("another graph, other threads or another plugin is refused with what changed, unless told otherwise") {
    Cut cut;
    RunOptions options = cut.options(true);
    options.threads = 2;
    options.libraries = {{"fakes", cut.run() / "graph.yaml"}};
    const RunResult refused = cut.resume(options, "name: fake\nnodes:\n  train:\n    lr: 2\n");
    CHECK(refused.code == 1);
    CHECK(refused.errors.find(" is not resumed, because it would not go on as it was begun:\n"
                              "  graph: nodes.train.lr was not there and is 2\n"
                              "  plugin fakes was not there and is ") != std::string::npos);
    CHECK(refused.errors.find("  --threads was 1 and is 2\n") != std::string::npos);
    options.resume_anyway = true;
    const RunResult result = cut.resume(options, "name: fake\nnodes:\n  train:\n    lr: 2\n");
    CHECK(result.errors == "");
    CHECK(result.progress.find("--threads was 1 and is 2") != std::string::npos);
    CHECK(outcome(cut.run()) == expected());
    CHECK(text_of_file(cut.run() / "graph.yaml").find("lr: 2") != std::string::npos);
}

TEST_CASE("a graph with other nodes or edges cannot go on, also when told to") {
    Cut cut;
    RunOptions options = cut.options(true);
    options.resume_anyway = true;
    ResumableGraph made({});
    made.graph().map("new", "measure.out", [](Call&, std::int64_t value) { return value; });
    const RunResult added = run_in(cut.run(), made.plan(), options);
    CHECK(added.code == 1);
    CHECK(added.errors.find("node 'new' was not in the graph") != std::string::npos);
    ResumableGraph other({.credits = 2});
    const RunResult rewired = run_in(cut.run(), other.plan(), options);
    CHECK(rewired.code == 1);
    CHECK(rewired.errors.find("node 'rollout' had other inputs, resources or feedback") != std::string::npos);
    CHECK(cut.resume().errors == "");  // nothing was lost
    CHECK(outcome(cut.run()) == expected());
}

TEST_CASE("metrics that are shorter than the checkpoint says are refused") {
    Cut cut;
    fs::resize_file(cut.run() / "metrics.jsonl", 10);
    const RunResult result = cut.resume();
    CHECK(result.code == 1);
    CHECK(result.errors.find("metrics.jsonl: has 10 bytes and had ") != std::string::npos);
}

TEST_CASE("--resume begins what was not begun and refuses what has no checkpoint") {
    Cut cut;
    fs::remove_all(cut.run() / "resume");
    const RunResult without = cut.resume();
    CHECK(without.code == 1);
    CHECK(without.errors.find(" has no checkpoint to resume from; ") != std::string::npos);
    fs::resize_file(cut.run() / "metrics.jsonl", 0);
    const RunResult early = cut.resume();
    CHECK(early.errors == "");
    CHECK(early.progress.find(" had not come to a step: it begins again") != std::string::npos);
    CHECK(outcome(cut.run()) == expected());

    fs::remove_all(cut.run());
    const RunResult nothing = cut.resume();
    CHECK(nothing.errors == "");
    CHECK(nothing.progress.find(" holds no run yet: this one begins") != std::string::npos);
    CHECK(outcome(cut.run()) == expected());

    fs::remove_all(cut.run());
    fs::create_directories(cut.run());
    std::ofstream(cut.run() / "notes.txt") << "mine";
    CHECK(cut.resume().errors.find(" holds no run (no graph.yaml)") != std::string::npos);
}

TEST_CASE("a checkpoint that cannot be written ends the run as failed, with those before in place") {
    const TemporaryFolder folder;
    ResumableGraph made({});
    RunOptions options;
    options.out = folder.path() / "run";
    options.threads = 1;
    options.checkpoint_every = 2;
    int left = 40;
    ResumableGraph cut({.at_each_call = [&] {
        // A file where the next checkpoint is to be written.
        if (--left == 0) std::ofstream(options.out / "resume/.step-000008.partial") << "in the way";
    }});
    RunResult result = run_in(folder.path(), cut.plan(), options);
    CHECK(result.code == 0);  // what a killed run left is taken away
    fs::remove_all(options.out);
    left = 40;
    ResumableGraph full({.at_each_call = [&] {
        if (--left == 0) {
            fs::remove_all(options.out / "resume");
            std::ofstream(options.out / "resume") << "no folder";
        }
    }});
    result = run_in(folder.path(), full.plan(), options);
    CHECK(result.code == 1);
    CHECK(result.errors.find("resume") != std::string::npos);
}
