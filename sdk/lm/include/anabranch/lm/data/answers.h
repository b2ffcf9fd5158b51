#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "anabranch/lm/data/external_sort.h"
#include "anabranch/lm/data/stack_exchange.h"

namespace anabranch::lm {

struct Answer {
    std::int64_t id = 0;
    std::int64_t votes = 0;  // up minus down
    bool accepted = false;
    std::string html;  // the post, not converted yet

    [[nodiscard]] int score() const { return answer_score(votes, accepted); }
};

struct AnsweredQuestion {
    Question question;            // without tags
    std::vector<Answer> answers;  // at least one, by their ids
};

/// What a pass over a dump found.
struct AnswerCounts {
    std::uint64_t rows = 0;
    std::uint64_t questions = 0;  // that passed the options
    std::uint64_t answers = 0;    // of questions of the split
    std::uint64_t orphans = 0;    // of these: their question is not in the dump, or did not pass the options
};

/// Brings the answers of a Stack Exchange dump (see `find_sites`) to their questions, however far apart they stand:
/// an external sort, in memory bounded by `sort.memory_bytes` and the largest question with its answers. The dump is
/// read once, in the first call of `next`. Temporary files take as much room as the texts of the split. Errors name
/// the file, and its line and column where a row is wrong. One thread at a time.
class AnswerReader {
  public:
    explicit AnswerReader(std::filesystem::path path, QuestionOptions options = {}, SortOptions sort = {});

    /// The next question that passes the options and has answers, by site and id; false at the end.
    bool next(AnsweredQuestion& question);
    /// Begins again, without reading the dump again.
    void rewind();
    /// Gives the temporary files back; a later `next` would read the dump again.
    void release();

    /// Complete when `next` gave false.
    [[nodiscard]] const AnswerCounts& counts() const { return counts_; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    void gather();
    void gather_row(const XmlRow& row, const XmlRowReader& reader, std::string_view site);
    bool next_record();
    void read_question(AnsweredQuestion& question) const;

    std::filesystem::path path_;
    QuestionOptions options_;
    SortOptions sort_options_;
    std::vector<std::string> sites_;
    std::optional<ExternalSort> sort_;
    AnswerCounts counts_;
    std::string_view key_;  // of the record at hand, which `next` has not used yet
    std::string_view value_;
    bool at_record_ = false;
};

}  // namespace anabranch::lm
