#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "anabranch/lm/data/json_items.h"
#include "anabranch/lm/text/conversation.h"

namespace anabranch::lm {

enum class InstructionFormat {
    alpaca,    // `instruction`, `input` (may be empty or left out), `output`
    sharegpt,  // `conversations`: a list of turns with `from` and `value`, as Vicuna was trained on
};

/// One answer to learn. Of a conversation: its last answer, and what was asked for it.
struct Instruction {
    std::string instruction;
    std::string input;  // "" of a conversation
    std::string output;
    Conversation conversation;  // all of it up to this answer
};

struct InstructionFileOptions {
    /// Nothing: by the keys of the first row.
    std::optional<InstructionFormat> format;
    /// A row for each answer of a conversation, with the conversation up to there; false: for the last one.
    bool every_answer = false;
    /// Rows without an answer, or whose turns are out of order, are left out; false: they are an Error.
    bool skip_unusable = false;
};

/// Where an InstructionFileReader stands; plain values, to be saved and given to `restore`.
struct InstructionFilePosition {
    JsonItemPosition item;  // behind the rows used up
    std::uint64_t skipped = 0;
    std::uint64_t answers = 0;  // given of the row at `item`
    bool operator==(const InstructionFilePosition&) const = default;
};

/// Streams instructions from a JSON or JSONL file, plain or gzip (see JsonItemReader). What the user says after the
/// last answer of a conversation is left out, and what the assistant says before the first question. Errors name file
/// and line. One thread at a time.
class InstructionFileReader {
  public:
    explicit InstructionFileReader(const std::filesystem::path& path, InstructionFileOptions options = {});

    bool next(Instruction& instruction);

    [[nodiscard]] const InstructionFilePosition& position() const { return position_; }
    void restore(const InstructionFilePosition& position);

  private:
    bool next_row();
    void read_row(std::string_view text);
    void give(Instruction& instruction);

    JsonItemReader items_;
    InstructionFileOptions options_;
    InstructionFilePosition position_;
    Instruction row_;          // the row at hand, whole
    std::size_t answers_ = 0;  // that it has for us
};

}  // namespace anabranch::lm
