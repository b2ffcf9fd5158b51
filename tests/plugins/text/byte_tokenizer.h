#pragma once

#include <anabranch/error.h>
#include <anabranch/lm/tokenizer/tokenizer_source.h>
#include <anabranch/resource.h>

#include <memory>
#include <string>
#include <vector>

namespace anabranch::tests {

/// A token a byte, its id the byte's value; 256 is the BOS and 257 the EOS, spelt "<s>" and "</s>".
class ByteTokenizer final : public lm::Tokenizer {
  public:
    bool wants_bos = false;
    bool has_eos = true;

    [[nodiscard]] std::vector<std::int64_t> encode(std::string_view text, bool parse_special) const override {
        std::vector<std::int64_t> ids;
        while (!text.empty()) {
            const bool special = parse_special && text.starts_with("</s>");
            ids.push_back(special ? 257 : static_cast<unsigned char>(text.front()));
            text.remove_prefix(special ? 4 : 1);
        }
        return ids;
    }
    [[nodiscard]] std::string decode(std::span<const std::int64_t> ids, bool skip_special) const override {
        std::string text;
        for (const auto id : ids) {
            if (id < 0 || id > 257) throw Error(cat("no token ", id));
            if (id < 256) text += static_cast<char>(id);
            if (id >= 256 && !skip_special) text += id == 256 ? "<s>" : "</s>";
        }
        return text;
    }
    [[nodiscard]] std::int64_t vocabulary_size() const override { return 258; }
    [[nodiscard]] const std::string& token(std::int64_t) const override { throw Error("not spelt here"); }
    [[nodiscard]] std::optional<std::int64_t> find(std::string_view) const override { return std::nullopt; }
    [[nodiscard]] std::optional<std::int64_t> bos() const override { return 256; }
    [[nodiscard]] std::optional<std::int64_t> eos() const override {
        return has_eos ? std::optional<std::int64_t>(257) : std::nullopt;
    }
    [[nodiscard]] std::optional<std::int64_t> pad() const override { return std::nullopt; }
    [[nodiscard]] bool add_bos() const override { return wants_bos; }
};

class ByteTokenizerResource final : public Resource, public lm::TokenizerSource {
  public:
    explicit ByteTokenizerResource(ByteTokenizer tokenizer = {}) : tokenizer_(tokenizer) {}
    [[nodiscard]] const lm::Tokenizer& tokenizer() const override { return tokenizer_; }

  private:
    ByteTokenizer tokenizer_;
};

}  // namespace anabranch::tests
