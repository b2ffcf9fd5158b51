#include <anabranch/error.h>
#include <framework/cli/chain_summary.h>
#include <framework/cli/output.h>
#include <framework/report/text.h>

namespace anabranch::framework {

std::string chain_summary(const std::vector<StageSummary>& done, std::size_t stages) {
    double seconds = 0;
    std::vector<std::vector<std::string>> rows{{"stage", "", "steps", "time", "from the first steps to the last"}};
    for (const auto& [graph, run] : done) {
        seconds += run.seconds;
        std::vector<std::string> row{graph, run.outcome, std::to_string(run.steps), duration_text(run.seconds)};
        if (run.headlines.empty()) row.emplace_back("");
        for (const auto& headline : run.headlines) {
            row.push_back(cat(headline.name, " ", change_text(headline)));
            rows.push_back(std::move(row));
            row.assign(4, "");
        }
        if (run.headlines.empty()) rows.push_back(std::move(row));
    }
    return cat(done.size(), " of ", counted(stages, "stage"), " in ", duration_text(seconds), "\n", aligned(rows, 2));
}

}  // namespace anabranch::framework
