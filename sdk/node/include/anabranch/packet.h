#pragma once

#include <anabranch/column.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anabranch {

/// An immutable table of named columns with one row count: what flows along an edge. Copies are cheap, columns are
/// shared.
class Packet {
  public:
    using Named = std::pair<std::string, Column>;

    Packet() = default;
    /// Throws when two columns have one name or their row counts differ.
    explicit Packet(std::vector<Named> columns);

    [[nodiscard]] std::int64_t rows() const { return columns_.empty() ? 0 : rows_of(columns_.front().second); }
    [[nodiscard]] std::span<const Named> columns() const { return columns_; }
    /// Null when there is no such column.
    [[nodiscard]] const Column* find(std::string_view name) const;

    /// These throw, naming the column and what the packet has, when the column is absent or of another kind.
    [[nodiscard]] const std::vector<std::string>& strings(std::string_view name) const;
    [[nodiscard]] const Array& array(std::string_view name) const;
    [[nodiscard]] const Ragged& ragged(std::string_view name) const;
    template <typename T>
    [[nodiscard]] std::span<const T> values(std::string_view name) const {
        return array(name).values<T>();
    }

  private:
    template <typename Kind>
    const Kind& get(std::string_view name, std::string_view kind) const;

    std::vector<Named> columns_;
};

/// Collects the columns of one output packet. A column set twice keeps the later value.
class PacketBuilder {
  public:
    void set(std::string_view name, Column column);
    void set(std::string_view name, std::vector<std::string> rows) { set(name, Column(Strings(std::move(rows)))); }
    template <typename T>
    void set(std::string_view name, std::vector<T> values) {
        set(name, Column(Array::of(std::move(values))));
    }
    template <typename T>
    void set(std::string_view name, const std::vector<std::vector<T>>& rows) {
        set(name, Column(Ragged::of(rows)));
    }
    /// A new array of `count` zeros to write into; valid until the packet is built.
    template <typename T>
    std::span<T> array(std::string_view name, std::size_t count) {
        auto owner = std::make_shared<T[]>(count);
        const std::span<T> view(owner.get(), count);
        set(name,
            Column(Array(dtype_of<T>, {static_cast<std::int64_t>(count)}, Device{}, view.data(), std::move(owner))));
        return view;
    }
    /// Takes over every column of `packet`, sharing its memory.
    void pass(const Packet& packet);

    [[nodiscard]] Packet build() && { return Packet(std::move(columns_)); }

  private:
    std::vector<Packet::Named> columns_;
};

}  // namespace anabranch
