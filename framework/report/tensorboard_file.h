#pragma once

#include <framework/report/append_file.h>
#include <framework/report/metrics_file.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace anabranch::framework {

/// An event file of TensorBoard, whole after every call of a function here. Each process of a run writes one of its own
/// into the same folder; TensorBoard reads them one after the other. One thread at a time.
class TensorBoardFile {
  public:
    /// Makes events.out.tfevents.<time>.<host>.<process>.<n> in `directory`, which is made too. Throws when it cannot.
    explicit TensorBoardFile(const std::filesystem::path& directory);

    /// `step` counts from 1.
    void scalars(std::uint64_t step, const Metrics& metrics);
    /// Lines, shown as they are.
    void text(std::uint64_t step, const std::string& tag, const std::vector<std::string>& lines);

  private:
    AppendFile file_;
};

}  // namespace anabranch::framework
