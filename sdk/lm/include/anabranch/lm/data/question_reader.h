#pragma once

#include <cstdint>
#include <filesystem>

#include "anabranch/lm/data/dump_sites.h"
#include "anabranch/lm/data/stack_exchange.h"

namespace anabranch::lm {

/// Where a QuestionReader stands; plain numbers, to be saved and given to `restore`.
struct QuestionPosition {
    PostPosition post;
    std::uint64_t questions = 0;  // read so far
    std::uint64_t emitted = 0;    // questions that passed the options
    bool operator==(const QuestionPosition&) const = default;
};

/// Streams the questions of a Stack Exchange dump (see `find_sites`) in the files' order, in memory bounded by one row.
/// Errors name file, line and column. One thread at a time.
class QuestionReader {
  public:
    explicit QuestionReader(const std::filesystem::path& path, QuestionOptions options = {});

    /// The next question that passes the options; false at the end. A dump in which none passes is an Error.
    bool next(Question& question);

    [[nodiscard]] const QuestionPosition& position() const { return position_; }
    /// Goes on as the reader did that gave this position, without parsing what is before it.
    void restore(const QuestionPosition& position);

  private:
    PostRows rows_;
    QuestionOptions options_;
    QuestionPosition position_;
};

}  // namespace anabranch::lm
