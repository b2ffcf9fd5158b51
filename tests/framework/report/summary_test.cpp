#include <doctest/doctest.h>
#include <framework/report/summary.h>

using namespace anabranch::framework;

TEST_CASE("the summary says what was done, what took the time, and what was written") {
    RunSummary summary{.outcome = "done", .steps = 40, .seconds = 100};
    summary.nodes = {{"prompts", 40, 0.5, {0.25, 1, 0.25}, {}}, {"update", 40, 62.25, {}, {}}};
    summary.in_flight = {{"prompts", 3, 4}};
    summary.waiting = {{"prompts -> update.in", 2, 0}};
    summary.data_counts = "prompts dropped 3 rows";
    summary.peak_memory = 1200000000;
    summary.written = {"runs/x/metrics.jsonl"};
    std::string text;
    for (const auto& line : summary_lines(summary)) text += line + "\n";
    CHECK(text ==
          "done: 40 steps in 1m40s\n"
          "  data: prompts dropped 3 rows\n"
          "  node      calls      time  of the run    waited\n"
          "  prompts      40     0.5 s         1 %     1.5 s\n"
          "  update       40    62.2 s        62 %       0 s\n"
          "  most packets in flight: prompts 3 of 4\n"
          "  most packets waiting: prompts -> update.in 2\n"
          "  peak memory: 1.2 GB\n"
          "  written: runs/x/metrics.jsonl\n");
}
