#include "anabranch/lm/data/answer_pairs.h"

#include <algorithm>
#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/text/html_markdown.h"
#include "anabranch/random.h"
#include "record.h"

namespace anabranch::lm {
namespace {

std::string record_of(const ScoredPair& pair) {
    std::string record;
    for (const auto* text : {&pair.site, &pair.title, &pair.question, &pair.response_j, &pair.response_k}) {
        append_text(record, *text);
    }
    for (const auto number : {pair.question_id, pair.score_j, pair.score_k}) append_key(record, number);
    return record;
}

void read_record(std::string_view text, ScoredPair& pair) {
    RecordReader record(text);
    for (auto* part : {&pair.site, &pair.title, &pair.question, &pair.response_j, &pair.response_k}) {
        *part = record.text();
    }
    for (auto* number : {&pair.question_id, &pair.score_j, &pair.score_k}) *number = record.number();
}

}  // namespace

PairReader::PairReader(std::filesystem::path path, PairOptions options)
    : options_(std::move(options)), answers_(std::move(path), options_.question, options_.sort) {}

bool PairReader::next(ScoredPair& pair) {
    if (options_.shuffle) {
        if (!shuffled_) shuffle_all();
        std::string_view key, value;
        if (!shuffled_->next(key, value)) return false;
        read_record(value, pair);
    } else if (!next_in_order(pair)) {
        return false;
    }
    ++position_;
    return true;
}

bool PairReader::next_in_order(ScoredPair& pair) {
    while (pairs_.empty()) {
        if (answers_.next(question_)) {
            make_pairs();
            continue;
        }
        if (position_ > 0 || shuffled_) return false;
        const AnswerCounts& counts = answers_.counts();
        throw Error(cat(answers_.path().string(), ": no pair of answers among ", counts.questions, " questions and ",
                        counts.answers, " answers (", counts.orphans, " without their question) in ", counts.rows,
                        " rows; a pair needs two answers with different votes. Give a larger dump, or widen the split ",
                        "or the limits"));
    }
    const auto [better, worse] = pairs_.back();
    pairs_.pop_back();
    pair.site = question_.question.site;
    pair.question_id = question_.question.id;
    pair.title = question_.question.title;
    pair.question = question_.question.question;
    pair.response_j = texts_[better];
    pair.response_k = texts_[worse];
    pair.score_j = scores_[better];
    pair.score_k = scores_[worse];
    return true;
}

void PairReader::make_pairs() {
    texts_.clear();
    scores_.clear();
    if (question_.answers.size() < 2) return;
    for (const Answer& answer : question_.answers) {
        std::string text = html_to_markdown(answer.html);
        if (text.empty()) continue;
        texts_.push_back(std::move(text));
        scores_.push_back(answer.score());
    }
    pairs_ = answer_pairs(scores_);
    if (options_.maximum_pairs > 0) {
        pairs_ = sample_pairs(std::move(pairs_), options_.maximum_pairs, options_.seed, question_.question.id);
    }
    std::ranges::reverse(pairs_);
}

void PairReader::shuffle_all() {
    ExternalSort sort(options_.sort);
    const Random random = Random(options_.seed).fork("shuffle");
    ScoredPair pair;
    while (next_in_order(pair)) {
        std::string key;
        const auto bits = random.block(position_);
        append_key(key, std::uint64_t{bits[0]} << 32U | bits[1]);
        sort.add(key, record_of(pair));
        ++position_;
    }
    answers_.release();
    sort.finish();
    position_ = 0;
    shuffled_.emplace(std::move(sort));
}

void PairReader::rewind() {
    position_ = 0;
    pairs_.clear();
    if (shuffled_) {
        shuffled_->rewind();
    } else {
        answers_.rewind();
    }
}

void PairReader::restore(std::uint64_t position) {
    rewind();
    ScoredPair pair;
    while (position_ < position) {
        if (next(pair)) continue;
        throw Error(cat(answers_.path().string(), ": has ", position_, " pairs, fewer than the ", position,
                        " read when the position was saved; the dump has changed"));
    }
}

}  // namespace anabranch::lm
