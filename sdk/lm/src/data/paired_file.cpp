#include "anabranch/lm/data/paired_file.h"

#include <algorithm>

#include "anabranch/error.h"
#include "anabranch/lm/json/json.h"

namespace anabranch::lm {
namespace {

constexpr std::string_view assistant = "\n\nAssistant:";

std::string keys_of(const Json& row) {
    std::string keys;
    for (std::size_t i = 0; i < row.size(); ++i) keys += cat(i == 0 ? "" : ", ", row.key(i));
    return keys.empty() ? "none" : keys;
}

PairedFormat format_of(const Json& row) {
    const auto has = [&](std::string_view key) { return row.find(key).has_value(); };
    if (has("question") && has("response_j") && has("response_k")) return PairedFormat::question;
    if (has("chosen") && has("rejected")) return PairedFormat::chosen;
    row.fail(
        cat("has the keys ", keys_of(row), "; expected question, response_j and response_k, or chosen and rejected"));
}

/// The name of an empty part, or "".
std::string_view empty_part(const PreferencePair& pair) {
    const auto empty = [](const std::string& text) { return text.find_first_not_of(" \t\r\n") == std::string::npos; };
    if (empty(pair.question)) return "question";
    if (empty(pair.response_j)) return "better answer";
    return empty(pair.response_k) ? "worse answer" : "";
}

}  // namespace

PreferencePair split_dialogues(std::string_view chosen, std::string_view rejected) {
    const auto [part, other] = std::ranges::mismatch(chosen, rejected);
    const std::string_view shared = chosen.substr(0, static_cast<std::size_t>(part - chosen.begin()));
    const std::size_t last = shared.rfind(assistant);
    if (last == std::string_view::npos) {
        throw Error("chosen and rejected do not begin with the same dialogue up to an \"\\n\\nAssistant:\"");
    }
    const std::size_t begin = last + assistant.size();
    return {std::string(chosen.substr(0, begin)), std::string(chosen.substr(begin)),
            std::string(rejected.substr(begin))};
}

PairedFileReader::PairedFileReader(const std::filesystem::path& path, PairedFileOptions options)
    : items_(path), options_(options) {}

bool PairedFileReader::next(PreferencePair& pair) {
    std::string_view text;
    while (items_.next(text)) {
        position_.item = items_.position();
        pair = read(text);
        const std::string_view empty = empty_part(pair);
        if (empty.empty()) return true;
        if (!options_.skip_empty) {
            throw Error(cat(items_.place(), ": the ", empty, " of the pair is empty; mend the row, or set skip_empty"));
        }
        ++position_.skipped;
    }
    if (position_.skipped == position_.item.items) {
        throw Error(cat(items_.path().string(), ": each of its ", position_.skipped, " pairs has an empty side"));
    }
    return false;
}

PreferencePair PairedFileReader::read(std::string_view text) {
    const Json row = Json::parse(text, items_.place());
    if (!options_.format) options_.format = format_of(row);
    const auto part = [&](std::string_view key) { return row.at(key).string(); };
    if (options_.format == PairedFormat::question) return {part("question"), part("response_j"), part("response_k")};
    const std::string chosen = part("chosen"), rejected = part("rejected");
    return with_context([&] { return items_.place(); }, [&] { return split_dialogues(chosen, rejected); });
}

void PairedFileReader::restore(const PairedFilePosition& position) {
    items_.restore(position.item);
    position_ = position;
}

}  // namespace anabranch::lm
