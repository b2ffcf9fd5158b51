#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace anabranch::framework {

/// The lengths that the columns of a graph have, as far as its specs tell: which of them must be equal.
class Dimensions {
  public:
    enum class Kind : std::uint8_t {
        flexible,  ///< equal to whatever it meets: what a producer called by a symbol of its own
        rigid,     ///< equal to itself alone: rows of a packet, lengths of ragged rows
        constant,  ///< a number
        unknown,   ///< of a node that was not understood: equal to anything
    };

    std::size_t make(Kind kind, std::string value = {});
    /// Makes both equal; false when they cannot be.
    [[nodiscard]] bool unify(std::size_t left, std::size_t right);
    /// The number of a constant, else empty.
    [[nodiscard]] const std::string& value(std::size_t dimension) const { return items_[root(dimension)].value; }

  private:
    struct Item {
        std::size_t parent;
        Kind kind;
        std::string value;
    };
    [[nodiscard]] std::size_t root(std::size_t dimension) const;

    std::vector<Item> items_;
};

}  // namespace anabranch::framework
