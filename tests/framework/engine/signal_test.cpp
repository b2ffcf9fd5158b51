#include <doctest/doctest.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "fake_graph.h"
#include "run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

namespace {

/// A process of interruptible_run; what it writes goes to a file.
class Process {
  public:
    Process(const std::filesystem::path& folder, const std::string& mode) : output_(folder / "output.txt") {
        const std::string program = std::string(ANABRANCH_BINARY_DIRECTORY) + "/bin/tests/interruptible_run";
        const std::string out = (folder / "run").string();
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 1, output_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        posix_spawn_file_actions_adddup2(&actions, 1, 2);
        char* arguments[] = {const_cast<char*>(program.c_str()), const_cast<char*>(out.c_str()),
                             const_cast<char*>(mode.c_str()), nullptr};
        REQUIRE(posix_spawn(&id_, program.c_str(), &actions, nullptr, arguments, environ) == 0);
        posix_spawn_file_actions_destroy(&actions);
    }
    ~Process() {
        if (id_ > 0) kill(id_, SIGKILL);
        if (id_ > 0) waitpid(id_, nullptr, 0);
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void send(int signal) const { kill(id_, signal); }
    void wait_for(const std::string& text) const {
        for (int i = 0; i < 2000 && output().find(text) == std::string::npos; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        REQUIRE_MESSAGE(output().find(text) != std::string::npos, output());
    }
    /// The exit code, or -1 when a signal ended it.
    int wait() {
        int status = 0;
        waitpid(id_, &status, 0);
        id_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    [[nodiscard]] std::string output() const { return text_of_file(output_); }

  private:
    std::filesystem::path output_;
    pid_t id_ = 0;
};

const std::string message = "\nstopping after this step; press Ctrl-C again to stop at once\n";

}  // namespace

TEST_CASE("Ctrl-C and SIGTERM end a run after the packets in flight, save what was trained, exit 130") {
    for (const int signal : {SIGINT, SIGTERM}) {
        const TemporaryFolder folder;
        Process process(folder.path(), "quick");
        process.wait_for("ready");
        process.send(signal);
        CHECK(process.wait() == 130);
        CHECK(process.output().find(message) != std::string::npos);
        CHECK(process.output().find("interrupted: ") != std::string::npos);
        const std::string metrics = text_of_file(folder.path() / "run/metrics.jsonl");
        const std::int64_t saved = std::stoll(text_of_file(folder.path() / "run/resources/policy/value.txt"));
        CHECK(saved >= 3);
        const std::string last = "\"value\": " + std::to_string(saved) + "}\n";
        REQUIRE(metrics.size() > last.size());
        CHECK(metrics.substr(metrics.size() - last.size()) == last);
    }
}

TEST_CASE("a second Ctrl-C ends the process at once, with nothing half-written") {
    const TemporaryFolder folder;
    Process process(folder.path(), "stuck");
    process.wait_for("ready");
    process.send(SIGINT);
    process.wait_for(message);
    process.send(SIGINT);
    CHECK(process.wait() == 130);  // its node never returns
    CHECK_FALSE(std::filesystem::exists(folder.path() / "run/resources"));
    const std::string metrics = without_times(text_of_file(folder.path() / "run/metrics.jsonl"));
    CHECK(metrics == "{\"step\": 1, \"value\": 0}\n{\"step\": 2, \"value\": 1}\n{\"step\": 3, \"value\": 2}\n");
}

TEST_CASE("a stop does not play out what the source gave ahead of a feedback edge") {
    with_each_engine([](const RunOptions& options) {
        std::vector<std::int64_t> trained;
        std::vector<std::int64_t> tapped;
        FakeGraph graph(1000);
        graph.numbers().collect("tap", "numbers.out", tapped);
        graph.map("prompts", "numbers.out", [](Call&, std::int64_t value) { return value; });
        graph.map("train", "prompts.out", [&trained](Call& call, std::int64_t value) {
            if (call.sequence() == 5) std::raise(SIGINT);
            trained.push_back(value);
            return value;
        });
        Spec join("fake.join", "Meets the source again.");
        join.any_number_of_inputs("value: i64[B]");
        graph.node("join", join, {}, {{"a", "train.out"}, {"b", "numbers.out"}});
        graph.feedback("train.out", "prompts", 1);
        const RunResult result = run(graph.plan(), options);
        CHECK(result.code == 130);
        CHECK(result.errors == "");
        CHECK(trained == std::vector<std::int64_t>{0, 1, 2, 3, 4, 5});
        CHECK(tapped.size() >= 6);
        CHECK(result.progress.find("interrupted: 6 steps in ") != std::string::npos);
    });
}

TEST_CASE("a stop while resources are loaded saves nothing and runs nothing; the old handlers come back") {
    struct sigaction before {};
    sigaction(SIGTERM, nullptr, &before);
    FakeGraph graph(5);
    int later = 0;
    graph.resource("first", [](const ResourceContext&) {
        std::raise(SIGTERM);
        return std::make_shared<Cell>();
    });
    graph.resource("second", [&later](const ResourceContext&) {
        ++later;
        return std::make_shared<Cell>();
    });
    graph.numbers().map("write", "numbers.out", [&later](Call&, std::int64_t value) { return ++later, value; },
                        {{"policy", {.resource = "first", .access = Access::write}}});
    const TemporaryFolder folder;
    const RunResult result = run_in(folder.path(), graph.plan());
    CHECK(result.code == 130);
    CHECK(result.errors == "");
    CHECK(later == 0);
    CHECK_FALSE(std::filesystem::exists(folder.path() / "run/resources"));
    struct sigaction after {};
    sigaction(SIGTERM, nullptr, &after);
    CHECK((after.sa_handler == before.sa_handler));
}
