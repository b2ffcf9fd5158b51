#include <doctest/doctest.h>
#include <framework/page/page.h>
#include <framework/page/run_data.h>

#include <cmath>
#include <fstream>

#include "framework/engine/fake_graph.h"
#include "framework/engine/run_helper.h"
#include "support/error_of.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;
using anabranch::tests::error_of;

namespace {

void write(const std::filesystem::path& path, std::string_view text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

/// A run with a metric, a printed line and a loop, into FOLDER/run.
void small_run(const TemporaryFolder& folder, std::uint64_t steps, RunOptions options = {}) {
    FakeGraph graph(steps);
    graph.numbers();
    graph.map("twice", "numbers.out", [](Call& call, std::int64_t value) {
        call.metric("env/reward_mean", static_cast<double>(value) / 4);
        call.print(cat("packet ", call.sequence(), ", row 0"));
        call.print("  text   </script> & more");
        return 2 * value;
    });
    graph.feedback("twice.out", "numbers", 1);
    REQUIRE(run_in(folder.path(), graph.plan(), std::move(options)).code == 0);
}

}  // namespace

TEST_CASE("what a run wrote is read back") {
    const TemporaryFolder folder;
    small_run(folder, 3);
    const RunData data = read_run(folder.path() / "run");
    CHECK(data.graph == "name: fake\n");
    REQUIRE(data.series.size() == 1);
    CHECK(data.series[0].name == "env/reward_mean");
    CHECK(data.series[0].values == std::map<std::uint64_t, double>{{1, 0}, {2, 0.25}, {3, 0.5}});
    REQUIRE(data.printed.size() == 3);
    CHECK(data.printed[2].step == 3);
    CHECK(data.printed[2].node == "twice");
    REQUIRE(data.printed[2].rows.size() == 1);
    CHECK(data.printed[2].rows[0].title == "packet 2, row 0");
    CHECK(data.printed[2].rows[0].cells ==
          std::vector<std::pair<std::string, std::string>>{{"text", "</script> & more"}});
    REQUIRE(data.record.has_value());
    const RunRecord& record = *data.record;
    CHECK(record.outcome == "done");
    CHECK(record.steps == 3);
    CHECK(record.total == 3);
    CHECK(record.seconds > 0);
    REQUIRE(record.nodes.size() == 2);
    CHECK(record.nodes[1].usage.calls == 3);
    CHECK(record.nodes[1].type == "fake.map");
    CHECK(record.nodes[0].usage.outputs[0].rows == 3);
    REQUIRE(record.edges.size() == 2);
    CHECK(record.edges[1].kind == "feedback");
    CHECK(record.edges[1].credits == 1);
    CHECK(record.waiting.at("numbers -> twice.in") == 1);
    CHECK(record.failures.empty());
}

TEST_CASE("the work of several processes of a run is added up") {
    const TemporaryFolder folder;
    small_run(folder, 3);
    const auto run = folder.path() / "run";
    const RunRecord once = *read_records(run);
    std::filesystem::copy_file(run / "run.json", run / "run-2.json");
    const RunRecord twice = *read_records(run);
    CHECK(twice.processes == 2);
    CHECK(twice.seconds == 2 * once.seconds);
    CHECK(twice.nodes[1].usage.calls == 6);
    CHECK(twice.nodes[0].usage.outputs[0].rows == 6);
    CHECK(twice.steps == 3);
    CHECK(page_text({read_run(run)}, "t").find("resumed 1 time") != std::string::npos);
}

TEST_CASE("a run that was killed is read as far as it came: without an end, with a torn last line, without run.json") {
    const TemporaryFolder folder;
    const auto run = folder.path() / "run";
    write(run / "graph.yaml", "name: x\n");
    write(run / "metrics.jsonl",
          "{\"step\": 1, \"wall_s\": 0.5, \"loss\": 2}\n{\"step\": 2, \"wall_s\": 1.5, \"loss\": "
          "null}\n{\"step\": 3, \"wa");
    const RunData data = read_run(run);
    CHECK_FALSE(data.record.has_value());
    CHECK(data.last_wall_seconds == 1.5);
    REQUIRE(data.series.size() == 1);
    CHECK(data.series[0].values.size() == 2);
    CHECK(std::isnan(data.series[0].values.at(2)));
    const std::string page = page_text({data}, "x");
    CHECK(page.find("2 steps in 1.5 s") != std::string::npos);
    CHECK(page.find("it goes on, or it was killed") != std::string::npos);
}

TEST_CASE("failures are on the page") {
    const TemporaryFolder folder;
    FakeGraph graph(3);
    graph.numbers();
    graph.map("breaks", "numbers.out", [](Call&, std::int64_t) -> std::int64_t { throw Error("it is <broken>"); });
    CHECK(run_in(folder.path(), graph.plan()).code == 1);
    const RunData data = read_run(folder.path() / "run");
    CHECK(data.record->outcome == "failed");
    CHECK(page_text({data}, "x").find("packet 0: it is &lt;broken&gt;") != std::string::npos);
}

TEST_CASE("a folder that is no run, or files that no run wrote, are named") {
    const TemporaryFolder folder;
    const std::string path = folder.path().string();
    CHECK(error_of([&] { return run_folders(folder.path() / "no"); }) ==
          path + "/no is no folder; name the --out of a run");
    CHECK(error_of([&] { return run_folders(folder.path()); }) ==
          path + " holds no run (no graph.yaml); name the --out of a run");
    write(folder.path() / "run/graph.yaml", "name: x\n");
    write(folder.path() / "run/metrics.jsonl", "{\"step\": 1, \"wall_s\": 0.5}\n[]\n");
    CHECK(error_of([&] {
              return read_run(folder.path() / "run");
          }).starts_with(path + "/run/metrics.jsonl:2: expected a line as a run writes it, found: "));
    write(folder.path() / "run/metrics.jsonl", "");
    write(folder.path() / "run/run.json", "{}");
    CHECK(error_of([&] {
              return read_run(folder.path() / "run");
          }).starts_with(path + "/run/run.json: not as this version of anabranch writes it: "));
}

TEST_CASE("the folders of a chain come in the order in which its stages were started") {
    const TemporaryFolder folder;
    small_run(folder, 1);
    const std::string record = text_of_file(folder.path() / "run/run.json");
    const auto began = record.find("\"started\": \"") + 12;
    for (const auto& [name, time] : {std::pair{"b", "2020"}, std::pair{"a", "2021"}, std::pair{"c", "2019"}}) {
        write(folder.path() / "chain" / name / "graph.yaml", "name: x\n");
        write(folder.path() / "chain" / name / "run.json", std::string(record).replace(began, 4, time));
    }
    std::string order;
    for (const auto& path : run_folders(folder.path() / "chain")) order += path.filename().string();
    CHECK(order == "cba");
}
