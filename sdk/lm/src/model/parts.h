#pragma once

#include <cstddef>
#include <cstdint>

namespace anabranch::lm {

/// Calls body(first, count) for ranges of rows, in order, whose sizes together stay within `tokens`; at least one row
/// each. size(row) is a row's tokens.
template <typename Size, typename Body>
void for_parts(std::size_t rows, std::int64_t tokens, Size size, Body body) {
    for (std::size_t first = 0; first < rows;) {
        std::size_t last = first;
        std::int64_t total = 0;
        do {
            total += size(last++);
        } while (last < rows && total + size(last) <= tokens);
        body(first, last - first);
        first = last;
    }
}

}  // namespace anabranch::lm
