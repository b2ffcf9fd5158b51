#include <anabranch/error.h>
#include <framework/engine/beginning.h>
#include <framework/report/run_directory.h>
#include <framework/state/state_file.h>

#include <fstream>
#include <iterator>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void accept(const std::vector<std::string>& differences, const RunOptions& options, Beginning& beginning) {
    if (differences.empty()) return;
    std::string list;
    for (const auto& line : differences) list += "\n  " + line;
    if (!options.resume_anyway) {
        throw Error(cat(options.out.string(), " is not resumed, because it would not go on as it was begun:", list,
                        "\n  --resume-anyway goes on all the same; --overwrite begins again"));
    }
    beginning.remarks.push_back("resumed although it does not go on as it was begun:" + list);
}

/// The folder has no checkpoint. Whether the run in it did nothing that could be lost.
bool nothing_done(const RunDirectory& directory) {
    std::error_code none;
    return !fs::exists(directory.checkpoints()) &&
           (!fs::exists(directory.metrics()) || fs::file_size(directory.metrics(), none) == 0);
}

}  // namespace

Beginning find_beginning(const Plan& plan, const RunOptions& options, const std::function<RunIdentity()>& identity) {
    Beginning beginning;
    if (!options.resume) return beginning;
    if (options.out.empty()) throw Error("--resume needs the folder of the run: --out DIR");
    const std::string out = options.out.string();
    if (!fs::exists(options.out) || fs::is_empty(options.out)) {
        beginning.remarks.push_back(cat(out, " holds no run yet: this one begins"));
        return beginning;
    }
    const RunDirectory directory = RunDirectory::at(options.out);
    if (!fs::exists(directory.graph())) throw Error(cat(out, " holds no run (no graph.yaml)"));
    if (fs::exists(directory.finished())) {
        accept(graph_differences(text_of(directory.graph()), plan.resolved), options, beginning);
        beginning.finished = beginning.remarks.empty();
        if (beginning.finished) return beginning;
        beginning.remarks.clear();  // they come again
    }
    std::vector<std::string> problems;
    beginning.point = ResumePoints(directory.resume(), 1).newest(problems);
    if (!beginning.point) {
        std::string list;
        for (const auto& problem : problems) list += "\n  " + problem;
        if (!problems.empty()) throw Error(cat(out, " has no checkpoint that is whole:", list));
        if (!nothing_done(directory)) {
            throw Error(cat(out,
                            " has no checkpoint to resume from; runs get them by --checkpoint-every or the graph's ",
                            "`save`, and when they are interrupted; --overwrite begins again"));
        }
        beginning.again = true;
        beginning.remarks.push_back(cat("the run in ", out, " had not come to a step: it begins again"));
        return beginning;
    }
    for (const auto& problem : problems)
        beginning.remarks.push_back(cat(problem, "; the checkpoint before it is used"));
    beginning.saved = read_state(beginning.point->folder / run_file);
    accept(differences(RunIdentity::from_state(beginning.saved), identity()), options, beginning);
    if (!beginning.saved.has("report.usage")) {  // it was written before the first call
        beginning.point.reset();
        beginning.again = true;
        beginning.remarks.push_back(cat("the run in ", out, " had not come to a checkpoint: it begins again"));
    }
    return beginning;
}

}  // namespace anabranch::framework
