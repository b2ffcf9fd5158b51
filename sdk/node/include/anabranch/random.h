#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace anabranch {

/// Counter-based random numbers (Philox 4x32-10: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011).
/// A value depends on the key and the two counters alone: not on who asked before, on timing or on threads.
class Random {
  public:
    explicit Random(std::uint64_t key) : key_(key) {}

    /// Another, independent generator for a named or numbered part.
    [[nodiscard]] Random fork(std::string_view name) const;
    [[nodiscard]] Random fork(std::uint64_t number) const;

    [[nodiscard]] std::array<std::uint32_t, 4> block(std::uint64_t a, std::uint64_t b = 0) const;
    /// In [0, 1), 53 bits.
    [[nodiscard]] double uniform(std::uint64_t a, std::uint64_t b = 0) const;
    /// Standard normal (Box-Muller).
    [[nodiscard]] double normal(std::uint64_t a, std::uint64_t b = 0) const;
    /// In [low, high), without bias worth naming (64-bit multiply).
    [[nodiscard]] std::int64_t integer(std::int64_t low, std::int64_t high, std::uint64_t a, std::uint64_t b = 0) const;
    /// 0 .. size - 1 in a random order (Fisher-Yates).
    [[nodiscard]] std::vector<std::int64_t> permutation(std::int64_t size) const;

    [[nodiscard]] std::uint64_t key() const { return key_; }

  private:
    std::uint64_t key_;
};

}  // namespace anabranch
