#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "anabranch/lm/data/answers.h"

namespace anabranch::lm {

/// Two answers of one question, the better one first.
struct ScoredPair {
    std::string site;
    std::int64_t question_id = 0;
    std::string title;
    std::string question;    // see QuestionText
    std::string response_j;  // Markdown; the one with the higher score
    std::string response_k;
    std::int64_t score_j = 0;  // see `answer_score`
    std::int64_t score_k = 0;
};

struct PairOptions {
    QuestionOptions question;
    std::size_t maximum_pairs = 10;  // of one question, drawn by `seed`; 0: all
    /// In an order drawn over the whole set by `seed`, as the recipe has it; false: by site and question.
    bool shuffle = true;
    std::uint64_t seed = 0;
    SortOptions sort;
};

/// Streams the recipe's pairs of a Stack Exchange dump (see `find_sites`): of each question with at least two answers
/// those that differ in score. Answers without text make no pair. Memory as for AnswerReader; with `shuffle` the pairs
/// themselves go through a second sort. One thread at a time.
class PairReader {
  public:
    explicit PairReader(std::filesystem::path path, PairOptions options = {});

    /// The next pair; false at the end. A dump without any is an Error that says what it has.
    bool next(ScoredPair& pair);
    /// Begins again, with the same pairs in the same order.
    void rewind();

    /// Pairs given since the beginning: all that must be saved to go on later.
    [[nodiscard]] std::uint64_t position() const { return position_; }
    /// Goes on behind that many pairs. A reader that is new reads the dump once more for it.
    void restore(std::uint64_t position);

    [[nodiscard]] const AnswerCounts& counts() const { return answers_.counts(); }

  private:
    bool next_in_order(ScoredPair& pair);
    void make_pairs();
    void shuffle_all();

    PairOptions options_;
    AnswerReader answers_;
    AnsweredQuestion question_;
    std::vector<std::string> texts_;  // of its answers
    std::vector<int> scores_;
    std::vector<AnswerPair> pairs_;  // of its answers, the last one first
    std::optional<ExternalSort> shuffled_;
    std::uint64_t position_ = 0;
};

}  // namespace anabranch::lm
