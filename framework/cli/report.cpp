#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <framework/cli/command_line.h>
#include <framework/page/page.h>
#include <framework/report/run_directory.h>

#include <CLI/App.hpp>
#include <iostream>
#include <memory>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

struct ReportCommand {
    std::string run;
    std::string out;

    int operator()() const {
        const fs::path folder = (fs::path(run) / "").lexically_normal().parent_path();  // without a slash at its end
        std::vector<RunData> runs;
        for (const auto& path : run_folders(folder)) runs.push_back(read_run(path));
        const fs::path target = out.empty() ? folder / RunDirectory::report_file : fs::path(out);
        const fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
        if (!fs::is_directory(parent))
            throw Error(cat("the folder ", parent.string(), " of --out is not there; make it, or name another file"));
        AtomicFile file(target);
        file.write(page_text(runs, folder.filename().string()));
        file.commit();
        std::cout << "written: " << target.string() << "\n";
        return exit_done;
    }
};

}  // namespace

void add_report(CLI::App& program, Action& action) {
    auto command = std::make_shared<ReportCommand>();
    CLI::App* app = program.add_subcommand("report", "Writes one HTML page on a run, or on the stages of a chain");
    app->add_option("RUN", command->run, "The folder of the run: its --out")->required();
    app->add_option("--out", command->out, "The page (default: report.html in RUN)")->type_name("FILE");
    app->callback([&action, command] { action = [command] { return (*command)(); }; });
}

}  // namespace anabranch::framework
