#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::lm {

/// libsentencepiece's encoder. Const methods may be called from several threads.
class SentencePieceProcessor {
  public:
    /// From a tokenizer.model's bytes; what the library does not accept is an Error beginning with `source`.
    SentencePieceProcessor(std::string_view model, const std::string& source);
    ~SentencePieceProcessor();
    SentencePieceProcessor(const SentencePieceProcessor&) = delete;
    SentencePieceProcessor& operator=(const SentencePieceProcessor&) = delete;

    /// Adds the ids of a text.
    void encode(std::string_view text, std::vector<std::int64_t>& ids) const;

  private:
    struct Library;
    std::unique_ptr<const Library> library_;
};

}  // namespace anabranch::lm
