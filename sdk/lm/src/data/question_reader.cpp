#include "anabranch/lm/data/question_reader.h"

#include "anabranch/error.h"

namespace anabranch::lm {

QuestionReader::QuestionReader(const std::filesystem::path& path, QuestionOptions options)
    : rows_(path), options_(options) {}

bool QuestionReader::next(Question& question) {
    while (const XmlRow* row = rows_.next()) {
        position_.post = rows_.position();
        if (required_field(rows_.reader(), *row, "PostTypeId") != question_type) continue;
        ++position_.questions;
        if (!read_question(rows_.reader(), *row, rows_.site().name, options_, question)) continue;
        ++position_.emitted;
        return true;
    }
    if (position_.emitted == 0) {
        throw Error(cat(rows_.path().string(), ": no question to read among ", rows_.position().rows, " rows, ",
                        position_.questions, " of them questions; ",
                        position_.questions == 0 ? "the dump is empty" : "widen the split or the limits"));
    }
    return false;
}

void QuestionReader::restore(const QuestionPosition& position) {
    rows_.restore(position.post);
    position_ = position;
}

}  // namespace anabranch::lm
