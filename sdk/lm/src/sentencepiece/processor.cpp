#include "anabranch/lm/sentencepiece/processor.h"

#include <sentencepiece_processor.h>

#include "anabranch/error.h"

namespace anabranch::lm {

struct SentencePieceProcessor::Library {
    sentencepiece::SentencePieceProcessor processor;
};

SentencePieceProcessor::SentencePieceProcessor(std::string_view model, const std::string& source) {
    auto library = std::make_unique<Library>();
    const auto status = library->processor.LoadFromSerializedProto(model);
    if (!status.ok()) throw Error(cat(source, ": libsentencepiece does not accept the vocabulary: ", status.message()));
    library_ = std::move(library);
}

SentencePieceProcessor::~SentencePieceProcessor() = default;

void SentencePieceProcessor::encode(std::string_view text, std::vector<std::int64_t>& ids) const {
    std::vector<int> made;
    const auto status = library_->processor.Encode(text, &made);
    if (!status.ok()) throw Error(cat("libsentencepiece did not encode the text: ", status.message()));
    ids.insert(ids.end(), made.begin(), made.end());
}

}  // namespace anabranch::lm
