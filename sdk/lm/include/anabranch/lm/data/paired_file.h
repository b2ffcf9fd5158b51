#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "anabranch/lm/data/json_items.h"

namespace anabranch::lm {

/// How a file of preferences names its columns.
enum class PairedFormat {
    question,  // `question`, `response_j` (the better), `response_k`: the recipe's published set
    chosen,    // `chosen`, `rejected`: dialogues "\n\nHuman: ...\n\nAssistant: ...", as in hh-rlhf
};

struct PreferencePair {
    std::string question;
    std::string response_j;  // the better one
    std::string response_k;
    bool operator==(const PreferencePair&) const = default;
};

/// Two dialogues cut where they part: the question is what both begin with, up to and with the last "\n\nAssistant:" in
/// it; question + response_j is `chosen` again. Dialogues that do not begin alike are an Error.
[[nodiscard]] PreferencePair split_dialogues(std::string_view chosen, std::string_view rejected);

struct PairedFileOptions {
    /// Nothing: by the keys of the first row.
    std::optional<PairedFormat> format;
    /// Pairs with a side (or question) that has nothing but white space are left out; false: they are an Error.
    bool skip_empty = false;
};

/// Where a PairedFileReader stands; plain values, to be saved and given to `restore`.
struct PairedFilePosition {
    JsonItemPosition item;
    std::uint64_t skipped = 0;
    bool operator==(const PairedFilePosition&) const = default;
};

/// Streams preference pairs from a JSON or JSONL file, plain or gzip (see JsonItemReader). Errors name file and line.
/// One thread at a time.
class PairedFileReader {
  public:
    explicit PairedFileReader(const std::filesystem::path& path, PairedFileOptions options = {});

    bool next(PreferencePair& pair);

    [[nodiscard]] const PairedFilePosition& position() const { return position_; }
    void restore(const PairedFilePosition& position);

  private:
    PreferencePair read(std::string_view text);

    JsonItemReader items_;
    PairedFileOptions options_;
    PairedFilePosition position_;
};

}  // namespace anabranch::lm
