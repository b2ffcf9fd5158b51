#include <plugins/common/rows.h>
#include <plugins/flow/row_streams.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace anabranch::flow {
namespace {

/// The value of a column in a row as bytes, for a hash.
struct Bytes {
    std::int64_t row;

    std::string operator()(const Strings& column) const { return column.values()[static_cast<std::size_t>(row)]; }
    std::string operator()(const Array& column) const {
        if (column.device().kind != Device::Kind::cpu) throw Error("rows in GPU memory cannot be parted");
        const auto width = static_cast<std::size_t>(column.size() / std::max<std::int64_t>(column.rows(), 1)) *
                           size_of(column.dtype());
        return {static_cast<const char*>(column.data()) + static_cast<std::size_t>(row) * width, width};
    }
    std::string operator()(const Ragged&) const { throw Error("rows are parted by columns of one value a row"); }
};

Packet joined(const std::vector<Packet>& rows) {
    return rows.empty() ? Packet() : concatenate_rows(rows);
}

}  // namespace

Packet CountedRows::push(const Packet& packet) {
    const std::int64_t rows = packet.rows();
    const auto first = std::min(
        rows, static_cast<std::int64_t>(std::min<std::uint64_t>(count_ - seen_, static_cast<std::uint64_t>(rows))));
    seen_ += static_cast<std::uint64_t>(first);
    const std::int64_t begin = keep_ == Keep::first ? 0 : first;
    const std::int64_t count = keep_ == Keep::first ? first : rows - first;
    if (count == rows) return packet;
    return count == 0 ? Packet() : slice_rows(packet, begin, count);
}

Packet ShuffledRows::push(const Packet& packet, const Draw& draw) {
    std::vector<Packet> given;
    for (std::int64_t row = 0; row < packet.rows(); ++row) {
        Packet one = slice_rows(packet, row, 1);
        if (held_.size() < size_) {
            held_.push_back(std::move(one));
            continue;
        }
        const auto chosen = static_cast<std::size_t>(
            draw(static_cast<std::int64_t>(held_.size()), static_cast<std::uint64_t>(given.size())));
        given.push_back(std::exchange(held_[chosen], std::move(one)));
    }
    return joined(given);
}

Packet ShuffledRows::flush(std::span<const std::int64_t> order) {
    std::vector<Packet> given;
    for (const std::int64_t row : order) given.push_back(std::move(held_[static_cast<std::size_t>(row)]));
    held_.clear();
    return joined(given);
}

Packet PartedRows::push(const Packet& packet) {
    std::vector<std::int64_t> kept;
    for (std::int64_t row = 0; row < packet.rows(); ++row) {
        const bool test = place(packet, row) < options_.test_fraction;
        if (test == (side_ == Side::test)) kept.push_back(row);
        ++seen_;
    }
    if (static_cast<std::int64_t>(kept.size()) == packet.rows()) return packet;
    return kept.empty() ? Packet() : select_rows(packet, kept);
}

double PartedRows::place(const Packet& packet, std::int64_t row) const {
    Random random = Random(options_.seed).fork("split");
    if (options_.by.empty()) return random.uniform(seen_);
    for (const auto& name : options_.by) {
        const Column* column = packet.find(name);
        if (column == nullptr) throw Error(cat("by: there is no column '", name, "' in what the node gets"));
        random = random.fork(with_context([&] { return cat("by: column '", name, "'"); },
                                          [&] { return std::visit(Bytes{row}, *column); }));
    }
    return random.uniform(0);
}

TrainTest train_test_split(std::span<const std::int64_t> permutation, double test_fraction) {
    const auto rows = static_cast<double>(permutation.size());
    const auto test = static_cast<std::ptrdiff_t>(std::ceil(test_fraction * rows));
    const auto middle = permutation.begin() + std::min(test, static_cast<std::ptrdiff_t>(permutation.size()));
    return {{middle, permutation.end()}, {permutation.begin(), middle}};
}

}  // namespace anabranch::flow
