#include <anabranch/random.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace anabranch {
namespace {

std::uint64_t join(std::uint32_t high, std::uint32_t low) {
    return (std::uint64_t{high} << 32) | low;
}

/// High half of the 128-bit product: maps 64 random bits onto [0, range).
std::uint64_t scale(std::uint64_t bits, std::uint64_t range) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((Wide{bits} * range) >> 64);
}

}  // namespace

std::array<std::uint32_t, 4> Random::block(std::uint64_t a, std::uint64_t b) const {
    std::array<std::uint32_t, 4> counter{static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(a >> 32),
                                         static_cast<std::uint32_t>(b), static_cast<std::uint32_t>(b >> 32)};
    auto key0 = static_cast<std::uint32_t>(key_);
    auto key1 = static_cast<std::uint32_t>(key_ >> 32);
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t product0 = std::uint64_t{0xD2511F53U} * counter[0];
        const std::uint64_t product1 = std::uint64_t{0xCD9E8D57U} * counter[2];
        counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key0, static_cast<std::uint32_t>(product1),
                   static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key1,
                   static_cast<std::uint32_t>(product0)};
        key0 += 0x9E3779B9U;
        key1 += 0xBB67AE85U;
    }
    return counter;
}

Random Random::fork(std::string_view name) const {
    std::uint64_t hash = 0xCBF29CE484222325U;  // FNV-1a
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return fork(hash);
}

Random Random::fork(std::uint64_t number) const {
    const auto bits = block(number, 0x666F726B);  // a counter that no value uses: "fork"
    return Random(join(bits[0], bits[1]));
}

double Random::uniform(std::uint64_t a, std::uint64_t b) const {
    const auto bits = block(a, b);
    return static_cast<double>(join(bits[0], bits[1]) >> 11) * 0x1p-53;
}

double Random::normal(std::uint64_t a, std::uint64_t b) const {
    const auto bits = block(a, b);
    const double radius = static_cast<double>((join(bits[0], bits[1]) >> 11) + 1) * 0x1p-53;  // in (0, 1]
    const double angle = static_cast<double>(join(bits[2], bits[3]) >> 11) * 0x1p-53;
    return std::sqrt(-2.0 * std::log(radius)) * std::cos(2.0 * std::numbers::pi * angle);
}

std::int64_t Random::integer(std::int64_t low, std::int64_t high, std::uint64_t a, std::uint64_t b) const {
    const auto bits = block(a, b);
    return low + static_cast<std::int64_t>(scale(join(bits[0], bits[1]), static_cast<std::uint64_t>(high - low)));
}

std::vector<std::int64_t> Random::permutation(std::int64_t size) const {
    std::vector<std::int64_t> order(static_cast<std::size_t>(size));
    std::iota(order.begin(), order.end(), 0);
    for (std::int64_t i = size - 1; i > 0; --i) {
        std::swap(order[static_cast<std::size_t>(i)],
                  order[static_cast<std::size_t>(integer(0, i + 1, static_cast<std::uint64_t>(i)))]);
    }
    return order;
}

}  // namespace anabranch
