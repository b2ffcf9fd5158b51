#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::lm {

/// Words that are one token, by their bytes: a hash table that is filled once and then only read. Words of up to eight
/// bytes, which are most of a text, are compared without leaving the table's entry.
class WordTable {
  public:
    static constexpr std::uint32_t none = ~std::uint32_t{0};

    /// Room for so many words.
    explicit WordTable(std::size_t words);
    void add(std::string_view word, std::uint32_t id);
    /// The word's id or `none`.
    [[nodiscard]] std::uint32_t find(std::string_view word) const;

  private:
    struct Entry {
        std::uint64_t head = 0;  // with `length`, all of a word of at most eight bytes
        std::uint32_t length = 0;
        std::uint32_t id = none;
        std::size_t tail = 0;  // where in `bytes_` a longer word stands
    };

    [[nodiscard]] std::size_t place_of(std::string_view word, std::uint64_t head) const;

    std::vector<Entry> entries_;
    std::string bytes_;
    unsigned shift_;
};

}  // namespace anabranch::lm
