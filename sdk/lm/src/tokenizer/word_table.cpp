#include "word_table.h"

#include <bit>
#include <cstring>

namespace anabranch::lm {
namespace {

template <typename Number>
std::uint64_t load(const char* bytes) {
    Number value;
    std::memcpy(&value, bytes, sizeof(Number));
    return value;
}

// The first eight bytes; of a shorter word all of it, in loads that overlap: unique among words of the same length.
std::uint64_t head_of(std::string_view word) {
    const char* bytes = word.data();
    const std::size_t size = word.size();
    if (size >= 8) return load<std::uint64_t>(bytes);
    if (size >= 4) return load<std::uint32_t>(bytes) | load<std::uint32_t>(bytes + size - 4) << 32;
    if (size == 0) return 0;
    return load<std::uint8_t>(bytes) | load<std::uint8_t>(bytes + size / 2) << 8 |
           load<std::uint8_t>(bytes + size - 1) << 16;
}

constexpr std::uint64_t odd_multiplier = 0x9E3779B97F4A7C15;  // 2^64 divided by the golden ratio

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
    hash = (hash ^ value) * odd_multiplier;
    return hash ^ hash >> 32;
}

}  // namespace

WordTable::WordTable(std::size_t words)
    : entries_(std::bit_ceil(2 * words + 2)),
      shift_(64U - static_cast<unsigned>(std::bit_width(entries_.size() - 1))) {}

std::size_t WordTable::place_of(std::string_view word, std::uint64_t head) const {
    std::uint64_t hash = mix(word.size(), head);
    for (std::size_t i = 8; i < word.size(); i += 8) {
        const std::size_t from = i + 8 <= word.size() ? i : word.size() - 8;
        hash = mix(hash, load<std::uint64_t>(word.data() + from));
    }
    std::size_t place = static_cast<std::size_t>(hash * odd_multiplier >> shift_);
    for (;; place = (place + 1) & (entries_.size() - 1)) {
        const Entry& entry = entries_[place];
        if (entry.id == none) return place;
        if (entry.head != head || entry.length != word.size()) continue;
        if (word.size() <= 8 || std::memcmp(bytes_.data() + entry.tail, word.data(), word.size()) == 0) return place;
    }
}

void WordTable::add(std::string_view word, std::uint32_t id) {
    const std::uint64_t head = head_of(word);
    Entry& entry = entries_[place_of(word, head)];
    if (entry.id == none) {
        entry = {head, static_cast<std::uint32_t>(word.size()), id, bytes_.size()};
        if (word.size() > 8) bytes_ += word;
    }
    entry.id = id;
}

std::uint32_t WordTable::find(std::string_view word) const {
    return entries_[place_of(word, head_of(word))].id;
}

}  // namespace anabranch::lm
