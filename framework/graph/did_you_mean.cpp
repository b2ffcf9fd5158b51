#include <framework/graph/did_you_mean.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace anabranch::framework {
namespace {

constexpr std::size_t longest_word = 100;  // beyond it nobody mistyped anything, and the time is quadratic

bool same_letter(char left, char right) {
    return std::tolower(static_cast<unsigned char>(left)) == std::tolower(static_cast<unsigned char>(right));
}

/// One edit for every three letters, so that short names are not taken for each other.
std::size_t allowed(std::size_t length) {
    return std::clamp<std::size_t>((length + 1) / 3, 1, 4);
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
    std::vector<std::size_t> before(right.size() + 1);
    std::vector<std::size_t> last(right.size() + 1);
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t j = 0; j <= right.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        before = std::move(last);
        last = row;
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (same_letter(left[i - 1], right[j - 1]) ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            const bool swapped =
                i > 1 && j > 1 && same_letter(left[i - 1], right[j - 2]) && same_letter(left[i - 2], right[j - 1]);
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row[right.size()];
}

std::optional<std::string> did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    std::optional<std::string> best;
    if (word.size() > longest_word) return best;
    std::size_t best_distance = allowed(word.size()) + 1;
    for (const auto& candidate : candidates) {
        if (candidate.size() > longest_word) continue;
        std::size_t distance = edit_distance(word, candidate);
        // A word cut short, or with its group left out, is meant more often than a mistyped one.
        const bool part = word.size() >= 3 && (candidate.starts_with(word) || candidate.ends_with(word));
        if (part) distance = 1;
        if (distance < best_distance && distance < std::max(word.size(), candidate.size())) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace anabranch::framework
