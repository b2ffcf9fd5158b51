#pragma once

#include <framework/report/append_file.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace anabranch::framework {

using Metrics = std::map<std::string, double, std::less<>>;

/// metrics.jsonl: one JSON object a line, whole lines only, whenever the process ends. One thread at a time.
class MetricsFile {
  public:
    /// Creates the file; throws when it exists or cannot be made.
    explicit MetricsFile(std::filesystem::path path) : file_(std::move(path)) {}
    /// Goes on with a file after its first `size` bytes; what came later is cut off. Throws when it has fewer.
    MetricsFile(std::filesystem::path path, std::int64_t size) : file_(std::move(path), size) {}

    /// {"step": step, "wall_s": seconds, <clock, if any>, <metrics by name>}. `step` counts from 1.
    void write(std::uint64_t step, double wall_seconds, const std::string& clock, const Metrics& metrics);

    [[nodiscard]] std::int64_t size() const { return file_.size(); }
    /// When it returns, all that was written survives a loss of power.
    void sync() const { file_.sync(); }

  private:
    AppendFile file_;
};

}  // namespace anabranch::framework
