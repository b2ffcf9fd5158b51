#pragma once

#include <framework/report/append_file.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace anabranch::framework {

/// printed.jsonl: what nodes printed for the person who watches, one JSON object a call: whole lines only, whenever the
/// process ends. There is no file until something is printed. One thread at a time.
class PrintedFile {
  public:
    explicit PrintedFile(std::filesystem::path path) : path_(std::move(path)) {}
    /// Goes on with a file after its first `size` bytes; what came later is cut off. Throws when it has fewer.
    PrintedFile(std::filesystem::path path, std::int64_t size);

    /// {"step": step, "node": node, "lines": [...]}. `step` counts from 1, on the node's clock.
    void write(std::uint64_t step, const std::string& node, const std::vector<std::string>& lines);

    [[nodiscard]] std::int64_t size() const { return file_ ? file_->size() : 0; }
    /// When it returns, all that was written survives a loss of power.
    void sync() const {
        if (file_) file_->sync();
    }

  private:
    std::filesystem::path path_;
    std::optional<AppendFile> file_;
};

}  // namespace anabranch::framework
