#pragma once

#include <anabranch/packet.h>
#include <anabranch/random.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace anabranch::flow {

// What the stream nodes do to rows, without an engine. Each takes packet after packet; its state is plain values and
// packets, to be saved and given to `restore`. One thread at a time.

/// Lets the first `count` rows pass, or all but these.
class CountedRows {
  public:
    enum class Keep : std::uint8_t { first, rest };
    CountedRows(std::uint64_t count, Keep keep) : count_(count), keep_(keep) {}

    /// The rows of `packet` that pass; a packet without rows is nothing.
    [[nodiscard]] Packet push(const Packet& packet);

    [[nodiscard]] std::uint64_t state() const { return seen_; }
    void restore(std::uint64_t seen) { seen_ = seen; }

  private:
    std::uint64_t count_;
    Keep keep_;
    std::uint64_t seen_ = 0;  // rows, at most count_
};

/// Holds `size` rows; each further row takes the place of a random one, which is given. As Hugging Face's datasets
/// shuffle a stream (IterableDataset.shuffle).
class ShuffledRows {
  public:
    /// An integer from 0 to below `below`; `number` counts the draws of a packet.
    using Draw = std::function<std::int64_t(std::int64_t below, std::uint64_t number)>;
    using Rows = std::vector<Packet>;  // of one row each

    explicit ShuffledRows(std::uint64_t size) : size_(size) {}

    /// The rows given for those of `packet`, in one packet.
    [[nodiscard]] Packet push(const Packet& packet, const Draw& draw);
    /// The rows still held, in `order`, a permutation of their numbers.
    [[nodiscard]] Packet flush(std::span<const std::int64_t> order);

    [[nodiscard]] const Rows& state() const { return held_; }
    void restore(Rows held) { held_ = std::move(held); }

  private:
    std::uint64_t size_;
    Rows held_;
};

/// Parts rows in two. By columns: a row's side follows from its values in them, the fraction and the seed alone, so
/// that rows of one question stay together and every stage of a pipeline cuts alike. Without columns: from its number.
class PartedRows {
  public:
    enum class Side : std::uint8_t { train, test };
    struct Options {
        double test_fraction = 0.005;
        std::vector<std::string> by{};  ///< columns of texts or numbers
        std::uint64_t seed = 0;
    };
    PartedRows(Options options, Side side) : options_(std::move(options)), side_(side) {}

    [[nodiscard]] Packet push(const Packet& packet);

    [[nodiscard]] std::uint64_t state() const { return seen_; }
    void restore(std::uint64_t seen) { seen_ = seen; }

  private:
    [[nodiscard]] double place(const Packet& packet, std::int64_t row) const;

    Options options_;
    Side side_;
    std::uint64_t seen_ = 0;  // rows
};

/// The two sides of `rows` rows as `train_test_split` of Hugging Face's datasets makes them: the first
/// ceil(fraction * rows) numbers of a permutation are the test side, the others the train side, in its order.
struct TrainTest {
    std::vector<std::int64_t> train, test;
};
[[nodiscard]] TrainTest train_test_split(std::span<const std::int64_t> permutation, double test_fraction);

}  // namespace anabranch::flow
