#include "run_helper.h"

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <regex>
#include <sstream>
#include <thread>

namespace anabranch::framework::testing {

RunResult run_in(const std::filesystem::path& folder, const Plan& plan, RunOptions options) {
    std::ostringstream progress;
    std::ostringstream errors;
    options.progress = &progress;
    options.errors = &errors;
    if (options.out.empty()) options.out = folder / "run";
    RunResult result;
    result.code = run_plan(plan, options);
    result.progress = progress.str();
    result.errors = errors.str();
    result.metrics = text_of_file(options.out / "metrics.jsonl");
    return result;
}

RunResult run(const Plan& plan, RunOptions options) {
    const TemporaryFolder folder;
    return run_in(folder.path(), plan, std::move(options));
}

void with_each_engine(const std::function<void(const RunOptions&)>& body) {
    const auto one = [&body](const std::string& engine, int workers) {
        INFO("engine ", engine, ", workers ", workers);
        RunOptions options;
        options.engine = engine;
        options.workers = workers;
        options.threads = 1;
        body(options);
    };
    one("serial", 1);
    for (const int workers : {1, 2, 4, 8}) one("flow", workers);
}

void wait_until(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
}

std::string text_of_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string without_times(const std::string& metrics) {
    return std::regex_replace(metrics, std::regex(", \"wall_s\": [0-9.e+-]+"), "");
}

}  // namespace anabranch::framework::testing
