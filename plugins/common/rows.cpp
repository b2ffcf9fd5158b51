#include <anabranch/error.h>
#include <plugins/common/rows.h>

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace anabranch {
namespace {

std::size_t index(std::int64_t number) {
    return static_cast<std::size_t>(number);
}

std::span<const std::byte> bytes_of(const Array& array) {
    if (array.device().kind != Device::Kind::cpu) throw Error("rows in GPU memory cannot be regrouped");
    return {static_cast<const std::byte*>(array.data()), index(array.size()) * size_of(array.dtype())};
}

Array array_from(std::vector<std::byte> bytes, Dtype dtype, std::vector<std::int64_t> shape) {
    auto owner = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    const void* data = owner->data();
    return Array(dtype, std::move(shape), Device{}, data, std::move(owner));
}

struct Select {
    std::span<const std::int64_t> rows;

    Column operator()(const Strings& column) const {
        std::vector<std::string> chosen;
        chosen.reserve(rows.size());
        for (const auto row : rows) chosen.push_back(column.values().at(index(row)));
        return Strings(std::move(chosen));
    }
    Column operator()(const Array& column) const {
        const auto all = bytes_of(column);
        const std::size_t width = column.rows() == 0 ? 0 : all.size() / index(column.rows());
        std::vector<std::byte> chosen;
        chosen.reserve(rows.size() * width);
        for (const auto row : rows) append(chosen, all.subspan(index(row) * width, width));
        std::vector<std::int64_t> shape(column.shape().begin(), column.shape().end());
        shape.front() = static_cast<std::int64_t>(rows.size());
        return array_from(std::move(chosen), column.dtype(), std::move(shape));
    }
    Column operator()(const Ragged& column) const {
        const auto all = bytes_of(column.flat());
        const std::size_t width = size_of(column.flat().dtype());
        std::vector<std::byte> chosen;
        std::vector<std::int64_t> offsets{0};
        for (const auto row : rows) {
            const auto first = index(column.offsets()[index(row)]);
            const auto count = index(column.offsets()[index(row) + 1]) - first;
            append(chosen, all.subspan(first * width, count * width));
            offsets.push_back(offsets.back() + static_cast<std::int64_t>(count));
        }
        Array flat = array_from(std::move(chosen), column.flat().dtype(), {offsets.back()});
        return Ragged(std::move(flat), std::move(offsets));
    }
    static void append(std::vector<std::byte>& to, std::span<const std::byte> bytes) {
        to.insert(to.end(), bytes.begin(), bytes.end());
    }
};

[[noreturn]] void fail_apart(const Column& one, const Column& other) {
    throw Error(
        cat("packets that shall become one differ: ", describe(one), " in one, ", describe(other), " in another"));
}

/// Joins columns of one kind; `parts` holds at least one.
struct Concatenate {
    std::span<const Column* const> parts;

    template <typename Kind>
    const Kind& get(const Column* part) const {
        const auto* typed = std::get_if<Kind>(part);
        if (typed == nullptr) fail_apart(*parts.front(), *part);
        return *typed;
    }
    Column operator()(const Strings&) const {
        std::vector<std::string> all;
        for (const auto* part : parts) {
            const auto& values = get<Strings>(part).values();
            all.insert(all.end(), values.begin(), values.end());
        }
        return Strings(std::move(all));
    }
    Column operator()(const Array& first) const {
        std::vector<std::int64_t> shape(first.shape().begin(), first.shape().end());
        shape.front() = 0;
        std::vector<std::byte> all;
        for (const auto* part : parts) {
            const auto& array = get<Array>(part);
            if (array.dtype() != first.dtype() ||
                !std::ranges::equal(array.shape().subspan(1), first.shape().subspan(1))) {
                fail_apart(*parts.front(), *part);
            }
            shape.front() += array.rows();
            Select::append(all, bytes_of(array));
        }
        return array_from(std::move(all), first.dtype(), std::move(shape));
    }
    Column operator()(const Ragged& first) const {
        std::vector<std::byte> all;
        std::vector<std::int64_t> offsets{0};
        for (const auto* part : parts) {
            const auto& ragged = get<Ragged>(part);
            if (ragged.flat().dtype() != first.flat().dtype()) fail_apart(*parts.front(), *part);
            const auto base = offsets.back();
            for (const auto offset : ragged.offsets().subspan(1)) offsets.push_back(base + offset);
            Select::append(all, bytes_of(ragged.flat()));
        }
        Array flat = array_from(std::move(all), first.flat().dtype(), {offsets.back()});
        return Ragged(std::move(flat), std::move(offsets));
    }
};

}  // namespace

Packet select_rows(const Packet& packet, std::span<const std::int64_t> rows) {
    std::vector<Packet::Named> columns;
    for (const auto& [name, column] : packet.columns()) {
        columns.emplace_back(name, with_context([&] { return cat("column '", name, "'"); },
                                                [&] { return std::visit(Select{rows}, column); }));
    }
    return Packet(std::move(columns));
}

Packet slice_rows(const Packet& packet, std::int64_t first, std::int64_t count) {
    std::vector<std::int64_t> rows(index(count));
    std::iota(rows.begin(), rows.end(), first);
    return select_rows(packet, rows);
}

Packet concatenate_rows(std::span<const Packet> packets) {
    std::vector<Packet::Named> columns;
    for (const auto& [name, column] : packets.front().columns()) {
        std::vector<const Column*> parts;
        for (const auto& packet : packets) {
            parts.push_back(packet.find(name));
            if (parts.back() == nullptr) throw Error(cat("column '", name, "' is in one packet and not in the next"));
            if (packet.columns().size() != packets.front().columns().size()) {
                throw Error("packets that shall become one differ in their columns");
            }
        }
        columns.emplace_back(name, with_context([&] { return cat("column '", name, "'"); },
                                                [&] { return std::visit(Concatenate{parts}, column); }));
    }
    return Packet(std::move(columns));
}

}  // namespace anabranch
