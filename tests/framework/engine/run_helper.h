#pragma once

#include <framework/engine/run.h>
#include <support/temporary_folder.h>

#include <filesystem>
#include <functional>
#include <string>

namespace anabranch::framework::testing {

using tests::TemporaryFolder;

struct RunResult {
    int code = -1;
    std::string progress;
    std::string errors;
    std::string metrics;  ///< metrics.jsonl
};

/// Runs into `folder`/run.
[[nodiscard]] RunResult run_in(const std::filesystem::path& folder, const Plan& plan, RunOptions options = {});
/// Runs into a folder that is gone afterwards.
[[nodiscard]] RunResult run(const Plan& plan, RunOptions options = {});

/// `body` under the serial engine and under the flow engine with 1, 2, 4 and 8 workers.
void with_each_engine(const std::function<void(const RunOptions&)>& body);

/// Waits until `condition` holds; gives up after ten seconds, so that a wrong engine fails its test and does not hang.
void wait_until(const std::function<bool()>& condition);

[[nodiscard]] std::string text_of_file(const std::filesystem::path& path);
/// The lines of `metrics` without their wall_s, the one thing in them that differs between runs.
[[nodiscard]] std::string without_times(const std::string& metrics);

}  // namespace anabranch::framework::testing
