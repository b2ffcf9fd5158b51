#include "special_tokens.h"

namespace anabranch::lm {

void SpecialTokens::add(std::string_view token, std::int64_t id) {
    if (token.empty()) return;
    begins_[static_cast<unsigned char>(token[0])] = true;
    std::size_t node = 0;
    for (const char c : token) {
        const auto [step, added] = nodes_[node].next.emplace(c, nodes_.size());
        node = step->second;
        if (added) nodes_.emplace_back();
    }
    nodes_[node].id = id;
}

std::optional<SpecialTokens::Match> SpecialTokens::find(std::string_view text, std::size_t from) const {
    if (nodes_.size() == 1) return std::nullopt;
    for (std::size_t begin = from; begin < text.size(); ++begin) {
        if (!begins_[static_cast<unsigned char>(text[begin])]) continue;
        std::optional<Match> longest;
        std::size_t node = 0;
        for (std::size_t end = begin; end < text.size(); ++end) {
            const auto step = nodes_[node].next.find(text[end]);
            if (step == nodes_[node].next.end()) break;
            node = step->second;
            if (nodes_[node].id >= 0) longest = Match{begin, end + 1, nodes_[node].id};
        }
        if (longest) return longest;
    }
    return std::nullopt;
}

}  // namespace anabranch::lm
