#include "anabranch/lm/tokenizer/open_tokenizer.h"

#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/sentencepiece/model_proto.h"
#include "anabranch/lm/tokenizer/from_gguf.h"
#include "folder_settings.h"
#include "from_json.h"
#include "sentencepiece_tokenizer.h"

namespace anabranch::lm {
namespace {

namespace fs = std::filesystem;

/// The pieces, then the added tokens that the folder's files name behind them.
VocabularyData vocabulary_of(const SentencePieceProto& proto, const FolderSettings& settings,
                             const std::string& source) {
    VocabularyData data;
    for (const auto& piece : proto.pieces) {
        data.tokens.push_back(piece.text);
        data.types.push_back(piece.type);
        if (piece.type == TokenType::unknown) data.unknown = static_cast<std::int64_t>(data.tokens.size()) - 1;
    }
    for (const auto& [id, added] : settings.added) {
        if (std::cmp_less(id, proto.pieces.size())) continue;
        if (std::cmp_not_equal(id, data.tokens.size())) {
            throw Error(cat(source, ": the added token \"", added.content, "\" has the id ", id, ", expected ",
                            data.tokens.size(), ", the next one behind the model's pieces"));
        }
        data.tokens.push_back(added.content);
        data.types.push_back(added.special ? TokenType::control : TokenType::user_defined);
    }
    data.bos = proto.bos;
    data.eos = proto.eos;
    data.pad = proto.pad;
    return data;
}

std::unique_ptr<const Tokenizer> from_model(const std::string& bytes, const FolderSettings& settings,
                                            const std::string& source) {
    SentencePieceData data{bytes, {}};
    data.vocabulary = vocabulary_of(read_sentencepiece(data.model, source), settings, source);
    data.vocabulary.add_bos = settings.add_bos.value_or(true);
    apply_roles(settings, data.vocabulary, source);
    return make_sentencepiece(std::move(data), source);
}

/// What stands beside a file belongs to it when it has the name that it has in a model's folder.
std::unique_ptr<const Tokenizer> from_file(const fs::path& file) {
    const std::string name = file.extension() == ".json" ? "tokenizer.json" : "tokenizer.model";
    FolderSettings settings;
    if (file.filename() == name) settings = read_folder_settings(file.parent_path());
    const std::string& content = settings.files[name] = read_text(file);
    if (name == "tokenizer.model") return from_model(content, settings, file.string());
    return tokenizer_from_json(Json::parse(content, file.string()), settings, file.string());
}

}  // namespace

std::unique_ptr<const Tokenizer> open_tokenizer(const fs::path& path) {
    if (!fs::is_directory(path)) {
        if (path.extension() == ".json" || path.extension() == ".model") return from_file(path);
        return tokenizer_from_gguf(GgufFile(path));
    }
    for (const char* name : {"tokenizer.json", "tokenizer.model"}) {
        if (fs::exists(path / name)) return from_file(path / name);
    }
    throw Error(
        cat(path.string(), ": has neither tokenizer.json nor tokenizer.model; a model's folder needs one of them"));
}

}  // namespace anabranch::lm
