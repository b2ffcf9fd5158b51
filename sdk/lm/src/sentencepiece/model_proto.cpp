#include "anabranch/lm/sentencepiece/model_proto.h"

#include <algorithm>

#include "anabranch/error.h"
#include "wire.h"

namespace anabranch::lm {
namespace {

// Field numbers of sentencepiece_model.proto.
namespace model {
enum : std::uint32_t { pieces = 1, trainer = 2, normalizer = 3 };
}
namespace piece {
enum : std::uint32_t { text = 1, score = 2, type = 3 };
}
namespace trainer {
enum : std::uint32_t { model_type = 3, byte_fallback = 35, unk_id = 40, bos_id = 41, eos_id = 42, pad_id = 43 };
constexpr std::uint64_t bpe = 2;
}  // namespace trainer
namespace normalizer {
enum : std::uint32_t { name = 1, add_dummy_prefix = 3, remove_extra_whitespaces = 4, escape_whitespaces = 5 };
}

SentencePieceProto::Piece read_piece(std::string_view bytes, const std::string& source) {
    SentencePieceProto::Piece made;
    WireField field;
    for (WireReader reader(bytes, source); reader.next(field);) {
        if (field.number == piece::text && field.is_bytes) made.text = field.bytes;
        if (field.number == piece::score) made.score = field.number32();
        if (field.number != piece::type) continue;
        if (field.integer < 1 || field.integer > 6)
            throw Error(
                cat(source, ": the piece \"", made.text, "\" has the type ", field.integer, "; expected 1 to 6"));
        made.type = static_cast<TokenType>(field.integer);
    }
    return made;
}

void read_trainer(std::string_view bytes, const std::string& source, SentencePieceProto& proto) {
    // What a model means that does not say; -1 is none, written as a varint of 64 bits.
    std::int64_t bos = 1;
    std::int64_t eos = 2;
    std::int64_t pad = -1;
    WireField field;
    for (WireReader reader(bytes, source); reader.next(field);) {
        const auto id = static_cast<std::int64_t>(field.integer);
        if (field.number == trainer::bos_id) bos = id;
        if (field.number == trainer::eos_id) eos = id;
        if (field.number == trainer::pad_id) pad = id;
    }
    const auto given = [](std::int64_t id) { return id >= 0 ? std::optional(id) : std::nullopt; };
    proto.bos = given(bos);
    proto.eos = given(eos);
    proto.pad = given(pad);
}

// A negative id is written in 64 bits.
std::uint64_t written(std::optional<std::int64_t> id) {
    return static_cast<std::uint64_t>(id.value_or(-1));
}

}  // namespace

SentencePieceProto read_sentencepiece(std::string_view bytes, const std::string& source) {
    SentencePieceProto proto;
    read_trainer({}, source, proto);
    WireField field;
    for (WireReader reader(bytes, source); reader.next(field);) {
        if (!field.is_bytes) continue;
        if (field.number == model::pieces) proto.pieces.push_back(read_piece(field.bytes, source));
        if (field.number == model::trainer) read_trainer(field.bytes, source, proto);
        if (field.number != model::normalizer) continue;
        WireField inner;
        for (WireReader reader_of_it(field.bytes, source); reader_of_it.next(inner);) {
            if (inner.number == normalizer::add_dummy_prefix) proto.add_dummy_prefix = inner.integer != 0;
        }
    }
    if (proto.pieces.empty()) throw Error(cat(source, ": is no SentencePiece model: it has no pieces"));
    return proto;
}

std::string write_sentencepiece(const SentencePieceProto& proto) {
    WireWriter whole;
    std::uint64_t unknown = 0;
    for (std::size_t id = 0; id < proto.pieces.size(); ++id) {
        const auto& made = proto.pieces[id];
        if (made.type == TokenType::unknown) unknown = id;
        whole.bytes(model::pieces, WireWriter()
                                       .bytes(piece::text, made.text)
                                       .number32(piece::score, made.score)
                                       .integer(piece::type, static_cast<std::uint64_t>(made.type))
                                       .message());
    }
    const bool bytes = std::ranges::any_of(proto.pieces, [](const auto& p) { return p.type == TokenType::byte; });
    whole.bytes(model::trainer, WireWriter()
                                    .integer(trainer::model_type, trainer::bpe)
                                    .integer(trainer::byte_fallback, bytes ? 1 : 0)
                                    .integer(trainer::unk_id, unknown)
                                    .integer(trainer::bos_id, written(proto.bos))
                                    .integer(trainer::eos_id, written(proto.eos))
                                    .integer(trainer::pad_id, written(proto.pad))
                                    .message());
    whole.bytes(model::normalizer, WireWriter()
                                       .bytes(normalizer::name, "identity")
                                       .integer(normalizer::add_dummy_prefix, proto.add_dummy_prefix ? 1 : 0)
                                       .integer(normalizer::remove_extra_whitespaces, 0)
                                       .integer(normalizer::escape_whitespaces, 1)
                                       .message());
    return whole.message();
}

}  // namespace anabranch::lm
