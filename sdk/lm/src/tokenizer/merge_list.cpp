#include "merge_list.h"

#include <algorithm>
#include <array>
#include <optional>

#include "anabranch/error.h"

namespace anabranch::lm {

MergeTable read_merges(const std::vector<std::string>& merges, const Vocabulary& vocabulary,
                       const std::string& source) {
    MergeTable table(merges.size());
    for (std::size_t rank = 0; rank < merges.size(); ++rank) {
        const std::string& merge = merges[rank];
        const auto fail = [&](const std::string& problem) {
            throw Error(cat(source, ": merge ", rank, " is \"", merge, "\": ", problem));
        };
        // A token may hold a space itself: the blank that parts the two is the one with tokens on both sides.
        std::optional<std::array<std::uint32_t, 3>> found;
        std::string missing;
        for (std::size_t at = merge.find(' ', 1); at < merge.size() - 1; at = merge.find(' ', at + 1)) {
            const std::array<std::string, 3> tokens{merge.substr(0, at) + merge.substr(at + 1), merge.substr(0, at),
                                                    merge.substr(at + 1)};
            std::array<std::uint32_t, 3> ids{};
            const auto* const absent = std::ranges::find_if(tokens, [&](const std::string& token) {
                const auto id = vocabulary.find(token);
                ids[static_cast<std::size_t>(&token - tokens.data())] = static_cast<std::uint32_t>(id.value_or(0));
                return !id;
            });
            if (absent != tokens.end()) {
                missing = *absent;
            } else if (found) {
                fail("it can be read as two pairs of tokens");
            } else {
                found = ids;
            }
        }
        if (!found && missing.empty()) fail("expected two tokens with one space between them");
        if (!found) fail(cat("\"", missing, "\" is not in the vocabulary"));
        const auto [whole, left, right] = *found;
        if (!table.add(left, right, {static_cast<std::uint32_t>(rank), whole})) fail("the same pair stood before");
    }
    return table;
}

}  // namespace anabranch::lm
