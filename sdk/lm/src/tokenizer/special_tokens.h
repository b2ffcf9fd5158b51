#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace anabranch::lm {

/// Finds tokens that are spelt out in a text: leftmost first, of those that begin alike the longest.
class SpecialTokens {
  public:
    struct Match {
        std::size_t begin;
        std::size_t end;
        std::int64_t id;
    };

    SpecialTokens() : nodes_(1) {}
    void add(std::string_view token, std::int64_t id);
    /// The first match at `from` or after.
    [[nodiscard]] std::optional<Match> find(std::string_view text, std::size_t from) const;

  private:
    // A tree by bytes, whose first step is a table because nearly every byte of a text fails there.
    struct Node {
        std::map<char, std::size_t> next;
        std::int64_t id = -1;
    };

    std::array<bool, 256> begins_{};
    std::vector<Node> nodes_;
};

}  // namespace anabranch::lm
