#pragma once

#include <algorithm>
#include <utility>

#include "anabranch/lm/tokenizer/tokenizer.h"

namespace anabranch::lm {

/// What all tokenizers with a Vocabulary have in common.
class VocabularyTokenizer : public Tokenizer {
  public:
    std::int64_t vocabulary_size() const override { return static_cast<std::int64_t>(vocabulary_.size()); }
    const std::string& token(std::int64_t id) const override { return vocabulary_.token(id); }
    std::optional<std::int64_t> find(std::string_view token) const override { return vocabulary_.find(token); }
    std::optional<std::int64_t> bos() const override { return vocabulary_.data().bos; }
    std::optional<std::int64_t> eos() const override { return vocabulary_.data().eos; }
    std::optional<std::int64_t> pad() const override { return vocabulary_.data().pad; }
    bool add_bos() const override { return vocabulary_.data().add_bos; }
    TokenizerFiles files() const override { return vocabulary_.data().files; }
    std::vector<std::int64_t> stops() const override {
        std::vector<std::int64_t> ids = Tokenizer::stops();
        for (const std::int64_t id : vocabulary_.data().stops) {
            if (std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
        }
        return ids;
    }

  protected:
    VocabularyTokenizer(VocabularyData data, const std::string& source) : vocabulary_(std::move(data), source) {}
    [[nodiscard]] const Vocabulary& vocabulary() const { return vocabulary_; }

    /// Ids as indices of the vocabulary; another is an Error naming its place.
    void check_ids(std::span<const std::int64_t> ids) const;

  private:
    Vocabulary vocabulary_;
};

}  // namespace anabranch::lm
