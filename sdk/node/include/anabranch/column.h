#pragma once

#include <anabranch/dtype.h>
#include <anabranch/error.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace anabranch {

/// Where an array's memory lies.
struct Device {
    enum class Kind : std::uint8_t { cpu, cuda };
    Kind kind = Kind::cpu;
    int index = 0;
    friend bool operator==(const Device&, const Device&) = default;
};

/// An immutable, contiguous, row-major n-dimensional array, described the way DLPack does. The memory is shared and
/// lives as long as any copy of the Array; dimension 0 counts the rows. Reading from several threads is safe.
class Array {
  public:
    /// Takes over memory that somebody else made (a tensor, a mapped file). `owner` keeps `data` alive.
    Array(Dtype dtype, std::vector<std::int64_t> shape, Device device, const void* data,
          std::shared_ptr<const void> owner);

    /// An array on the CPU that takes over `values`; its shape is [values.size()] unless given.
    template <typename T>
    static Array of(std::vector<T> values, std::vector<std::int64_t> shape = {}) {
        if (shape.empty()) shape = {static_cast<std::int64_t>(values.size())};
        if (count(shape) != static_cast<std::int64_t>(values.size()))
            throw Error("an array's shape does not fit its values");
        if constexpr (std::is_same_v<T, bool>) {  // std::vector<bool> packs bits: it has no memory to take over
            auto owner = std::make_shared<bool[]>(values.size());
            std::ranges::copy(values, owner.get());
            const void* data = owner.get();
            return Array(Dtype::boolean, std::move(shape), Device{}, data, std::move(owner));
        } else {
            auto owner = std::make_shared<const std::vector<T>>(std::move(values));
            const void* data = owner->data();
            return Array(dtype_of<T>, std::move(shape), Device{}, data, std::move(owner));
        }
    }

    [[nodiscard]] Dtype dtype() const { return dtype_; }
    [[nodiscard]] std::span<const std::int64_t> shape() const { return shape_; }
    [[nodiscard]] Device device() const { return device_; }
    [[nodiscard]] const void* data() const { return data_; }
    [[nodiscard]] const std::shared_ptr<const void>& owner() const { return owner_; }
    [[nodiscard]] std::int64_t rows() const { return shape_.empty() ? 0 : shape_.front(); }
    [[nodiscard]] std::int64_t size() const { return count(shape_); }

    /// All elements in row-major order. Throws when the dtype is another one or the memory is not the CPU's.
    template <typename T>
    [[nodiscard]] std::span<const T> values() const {
        require(dtype_of<T>);
        return {static_cast<const T*>(data_), static_cast<std::size_t>(size())};
    }

  private:
    static std::int64_t count(std::span<const std::int64_t> shape);
    void require(Dtype dtype) const;

    Dtype dtype_;
    std::vector<std::int64_t> shape_;
    Device device_;
    const void* data_;
    std::shared_ptr<const void> owner_;
};

/// Rows of different lengths, end to end in one flat array: row i is values[offsets[i], offsets[i + 1]).
class Ragged {
  public:
    /// `values` has one dimension; `offsets` starts with 0, never falls, and ends with the number of values.
    Ragged(Array values, std::vector<std::int64_t> offsets);

    template <typename T>
    static Ragged of(const std::vector<std::vector<T>>& rows) {
        std::vector<T> flat;
        std::vector<std::int64_t> offsets{0};
        for (const auto& row : rows) {
            flat.insert(flat.end(), row.begin(), row.end());
            offsets.push_back(static_cast<std::int64_t>(flat.size()));
        }
        return Ragged(Array::of(std::move(flat)), std::move(offsets));
    }

    [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(offsets_->size()) - 1; }
    [[nodiscard]] const Array& flat() const { return values_; }
    [[nodiscard]] std::span<const std::int64_t> offsets() const { return *offsets_; }

    template <typename T>
    [[nodiscard]] std::span<const T> row(std::int64_t index) const {
        const auto first = static_cast<std::size_t>((*offsets_)[static_cast<std::size_t>(index)]);
        const auto last = static_cast<std::size_t>((*offsets_)[static_cast<std::size_t>(index) + 1]);
        return values_.values<T>().subspan(first, last - first);
    }

  private:
    Array values_;
    std::shared_ptr<const std::vector<std::int64_t>> offsets_;
};

/// A column of text, UTF-8, one string a row. Copies share the strings.
class Strings {
  public:
    explicit Strings(std::vector<std::string> rows)
        : rows_(std::make_shared<const std::vector<std::string>>(std::move(rows))) {}

    [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(rows_->size()); }
    [[nodiscard]] const std::vector<std::string>& values() const { return *rows_; }

  private:
    std::shared_ptr<const std::vector<std::string>> rows_;
};

using Column = std::variant<Strings, Array, Ragged>;

[[nodiscard]] std::int64_t rows_of(const Column& column);

/// As a person would write it in a spec: "str", "f32[32,4]", "i64[32,~]".
[[nodiscard]] std::string describe(const Column& column);

}  // namespace anabranch
