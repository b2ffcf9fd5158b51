#include "merge_word.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <queue>

namespace anabranch::lm {
namespace {

constexpr std::size_t short_word = 48;  // up to here, looking through all ranks beats keeping a queue

void merge_short(const MergeTable& merges, std::vector<std::uint32_t>& tokens) {
    std::array<MergeTable::Merge, short_word> pairs;  // pairs[i]: of tokens i and i + 1
    std::size_t count = tokens.size();
    for (std::size_t i = 0; i + 1 < count; ++i) pairs[i] = merges.find(tokens[i], tokens[i + 1]);
    while (count > 1) {
        const auto end = pairs.begin() + static_cast<std::ptrdiff_t>(count - 1);
        const auto best = std::min_element(pairs.begin(), end, [](auto a, auto b) { return a.rank < b.rank; });
        if (best->rank == MergeTable::never) break;
        const auto at = static_cast<std::size_t>(best - pairs.begin());
        tokens[at] = best->id;
        std::copy(best + 1, end, best);
        const auto place = tokens.begin() + static_cast<std::ptrdiff_t>(at);
        std::copy(place + 2, tokens.begin() + static_cast<std::ptrdiff_t>(count), place + 1);
        --count;
        if (at > 0) pairs[at - 1] = merges.find(tokens[at - 1], tokens[at]);
        if (at + 1 < count) pairs[at] = merges.find(tokens[at], tokens[at + 1]);
    }
    tokens.resize(count);
}

// Tokens in a list, and a queue of the pairs. A pair in the queue is out of date when its place has another rank by
// now; it cannot come to have the old one again, since tokens only grow.
class LongWord {
  public:
    LongWord(const MergeTable& merges, const std::vector<std::uint32_t>& tokens) : merges_(merges) {
        symbols_.reserve(tokens.size());
        for (std::size_t i = 0; i < tokens.size(); ++i) symbols_.push_back({tokens[i], {}, i - 1, i + 1});
        symbols_.back().next = nowhere;
        for (std::size_t i = 0; i < tokens.size(); ++i) look(i);
    }

    void merge_into(std::vector<std::uint32_t>& tokens) {
        while (!queue_.empty()) {
            const auto [rank, place] = queue_.top();
            queue_.pop();
            if (symbols_[place].pair.rank == rank) merge(place);
        }
        tokens.clear();
        for (std::size_t i = 0; i != nowhere; i = symbols_[i].next) tokens.push_back(symbols_[i].id);
    }

  private:
    static constexpr std::size_t nowhere = ~std::size_t{0};

    struct Symbol {
        std::uint32_t id;
        MergeTable::Merge pair;  // with the next symbol
        std::size_t previous;
        std::size_t next;
    };

    struct Candidate {
        std::uint32_t rank;
        std::size_t place;
        bool operator>(const Candidate& other) const {
            return rank != other.rank ? rank > other.rank : place > other.place;
        }
    };

    void look(std::size_t place) {
        Symbol& symbol = symbols_[place];
        symbol.pair = {};
        if (symbol.next == nowhere) return;
        symbol.pair = merges_.find(symbol.id, symbols_[symbol.next].id);
        if (symbol.pair.rank != MergeTable::never) queue_.push({symbol.pair.rank, place});
    }

    void merge(std::size_t place) {
        Symbol& symbol = symbols_[place];
        Symbol& gone = symbols_[symbol.next];
        symbol.id = symbol.pair.id;
        gone.pair = {};
        symbol.next = gone.next;
        if (symbol.next != nowhere) symbols_[symbol.next].previous = place;
        look(place);
        if (symbol.previous != nowhere) look(symbol.previous);
    }

    const MergeTable& merges_;
    std::vector<Symbol> symbols_;
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue_;
};

}  // namespace

void merge_word(const MergeTable& merges, std::vector<std::uint32_t>& tokens) {
    if (tokens.size() < 2) return;
    if (tokens.size() <= short_word) {
        merge_short(merges, tokens);
    } else {
        LongWord(merges, tokens).merge_into(tokens);
    }
}

}  // namespace anabranch::lm
