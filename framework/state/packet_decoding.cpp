#include <framework/graph/utf8.h>
#include <framework/graph/yaml_reader.h>
#include <framework/state/packet_format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <vector>

namespace anabranch::framework::packet_format {
namespace {

/// Walks through a body; asks whether there are so many bytes before it takes them.
class In {
  public:
    In(std::span<const std::byte> bytes, std::uint64_t at) : bytes_(bytes), at_(at) {}

    template <typename... Parts>
    [[noreturn]] void fail(const Parts&... parts) const {
        throw Error(cat("byte ", at_ + used_, ": ", parts...));
    }
    [[nodiscard]] std::size_t left() const { return bytes_.size() - used_; }
    std::span<const std::byte> take(std::uint64_t count, std::string_view what) {
        if (count > left()) fail("found ", left(), " bytes to the end of the record, expected ", count, " of ", what);
        const auto taken = bytes_.subspan(used_, static_cast<std::size_t>(count));
        used_ += taken.size();
        return taken;
    }
    template <typename T>
    T number(std::string_view what) {
        T value;
        std::memcpy(&value, take(sizeof value, what).data(), sizeof value);
        return value;
    }
    template <typename T>
    std::vector<T> numbers(std::uint64_t count, std::string_view what) {
        if (count > left() / sizeof(T)) {
            fail("found ", left(), " bytes to the end of the record, expected ", count, " x ", sizeof(T), " of ", what);
        }
        std::vector<T> values(static_cast<std::size_t>(count));
        if (count > 0) std::memcpy(values.data(), take(count * sizeof(T), what).data(), values.size() * sizeof(T));
        return values;
    }
    std::string named(std::string_view what) {
        const auto size = number<std::uint32_t>(cat("the length of ", what));
        return text(size, what);
    }
    std::string text(std::uint64_t size, std::string_view what) {
        const auto bytes = take(size, what);
        std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        const std::size_t wrong = find_invalid_utf8(text);
        if (wrong == std::string::npos) return text;
        used_ -= bytes.size() - wrong;
        fail("found a byte that is not UTF-8, expected ", what);
    }
    void align() { take((alignment - used_ % alignment) % alignment, "padding"); }

  private:
    std::span<const std::byte> bytes_;
    std::uint64_t at_;
    std::size_t used_ = 0;
};

Dtype take_dtype(In& in) {
    const std::string name = in.named("a dtype");
    const auto dtype = dtype_from_name(name);
    if (!dtype) in.fail("found the dtype '", name, "', expected one of bool, u8, i32, i64, f16, bf16, f32, f64");
    return *dtype;
}

/// Rows + 1 offsets: from 0, never falling.
std::vector<std::int64_t> take_offsets(In& in, std::int64_t rows) {
    auto offsets = in.numbers<std::int64_t>(static_cast<std::uint64_t>(rows) + 1, "offsets");
    if (offsets.front() != 0) in.fail("found ", offsets.front(), " as the first offset of a column, expected 0");
    const auto fall = std::ranges::is_sorted_until(offsets);
    if (fall != offsets.end()) {
        in.fail("found the offset ", *fall, " behind ", *(fall - 1), " (row ", fall - offsets.begin() - 1,
                "), expected none that falls");
    }
    return offsets;
}

/// Where an array's bytes lie, once it is known that they are there.
const std::byte* take_values(In& in, Dtype dtype, std::uint64_t count) {
    in.align();
    if (count > in.left() / size_of(dtype)) {
        in.fail("found ", in.left(), " bytes to the end of the record, expected ", count, " values of ",
                name_of(dtype));
    }
    const auto bytes = in.take(count * size_of(dtype), "values");
    // Any other value in a bool is undefined to C++.
    const bool whole =
        dtype != Dtype::boolean || std::ranges::all_of(bytes, [](std::byte b) { return b <= std::byte{1}; });
    if (!whole) in.fail("found a bool that is neither 0 nor 1 before here");
    return bytes.data();
}

Strings take_strings(In& in, std::int64_t rows) {
    const auto offsets = take_offsets(in, rows);
    if (static_cast<std::uint64_t>(offsets.back()) > in.left()) {
        in.fail("found ", in.left(), " bytes to the end of the record, expected ", offsets.back(), " of text");
    }
    std::vector<std::string> texts;
    texts.reserve(offsets.size() - 1);
    for (std::size_t i = 0; i + 1 < offsets.size(); ++i)
        texts.push_back(in.text(static_cast<std::uint64_t>(offsets[i + 1] - offsets[i]), "text"));
    return Strings(std::move(texts));
}

std::uint64_t values_of(const In& in, const std::vector<std::int64_t>& shape, std::int64_t rows) {
    std::uint64_t count = 1;
    bool none = false;
    for (const std::int64_t size : shape) {
        if (size < 0) in.fail("found a dimension of ", size, ", expected none below 0");
        none = none || size == 0;
        // Also of what is multiplied by 0: the product must be one that every reader can make.
        if (size > 0 && __builtin_mul_overflow(count, static_cast<std::uint64_t>(size), &count))
            in.fail("found dimensions whose product is beyond 64 bits");
    }
    if (count > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / sizeof(double))
        in.fail("found dimensions for ", count, " values, more than memory can hold");
    if (shape.front() != rows) in.fail("found an array of ", shape.front(), " rows, expected ", rows);
    if (none && rows > most_empty_rows)
        in.fail("found ", rows, " rows without a value, expected at most ", most_empty_rows);
    return none ? 0 : count;
}

Column take_column(In& in, std::int64_t rows, const std::shared_ptr<const std::byte>& body) {
    const auto kind = in.number<Kind>("the kind of a column");
    if (kind == Kind::strings) return take_strings(in, rows);
    if (kind == Kind::array) {
        const Dtype dtype = take_dtype(in);
        const auto dimensions = in.number<std::uint32_t>("the number of dimensions");
        if (dimensions == 0 || dimensions > most_dimensions)
            in.fail("found ", dimensions, " dimensions, expected 1 to ", most_dimensions);
        auto shape = in.numbers<std::int64_t>(dimensions, "dimensions");
        const auto* values = take_values(in, dtype, values_of(in, shape, rows));
        return Array(dtype, std::move(shape), Device{}, values, body);
    }
    if (kind == Kind::ragged) {
        const Dtype dtype = take_dtype(in);
        auto offsets = take_offsets(in, rows);
        const std::int64_t count = offsets.back();
        const auto* values = take_values(in, dtype, static_cast<std::uint64_t>(count));
        return Ragged(Array(dtype, {count}, Device{}, values, body), std::move(offsets));
    }
    in.fail("found a column of kind ", static_cast<int>(kind),
            " before here, expected 1 (texts), 2 (array) or 3 (ragged)");
}

template <typename T>
T number_at(std::span<const std::byte> bytes, std::size_t offset) {
    T value;
    std::memcpy(&value, bytes.subspan(offset, sizeof value).data(), sizeof value);
    return value;
}

}  // namespace

Head take_head(std::span<const std::byte> bytes) {
    const auto found = number_at<std::uint32_t>(bytes, head_bytes - 4);
    const std::uint32_t expected = crc32(bytes.first(head_bytes - 4));
    if (found != expected)
        throw Error(cat("a record's head is altered: found the checksum ", found, ", expected ", expected));
    return {.marker = {reinterpret_cast<const char*>(bytes.data()), packet_marker.size()},
            .body_crc = number_at<std::uint32_t>(bytes, 4),
            .sequence = number_at<std::uint64_t>(bytes, 8),
            .body_bytes = number_at<std::uint64_t>(bytes, 16),
            .columns = number_at<std::uint32_t>(bytes, 24)};
}

StoredPacket take_packet(const Head& head, const std::shared_ptr<const std::byte>& body, std::uint64_t at) {
    In in({body.get(), static_cast<std::size_t>(head.body_bytes)}, at);
    if (head.columns > most_columns) in.fail("found ", head.columns, " columns, expected at most ", most_columns);
    StoredPacket stored{.sequence = head.sequence, .name = in.named("the packet's name")};
    const auto rows = in.number<std::int64_t>("the number of rows");
    if (rows < 0 || rows == std::numeric_limits<std::int64_t>::max() || (head.columns == 0 && rows > 0))
        in.fail("found ", rows, " rows of ", head.columns, " columns before here");
    std::vector<Packet::Named> columns;
    for (std::uint32_t i = 0; i < head.columns; ++i) {
        std::string name = in.named("a column's name");
        columns.emplace_back(std::move(name), take_column(in, rows, body));
    }
    if (in.left() > 0) in.fail("found ", in.left(), " bytes behind the last column, expected the end of the record");
    try {
        stored.packet = Packet(std::move(columns));
    } catch (const Error& error) {
        throw Error(cat("byte ", at, ": ", error.what()));
    }
    return stored;
}

Description take_description(std::string_view json) {
    Diagnostics problems;
    // JSON is a part of YAML, and the project has a strict reader of that.
    const auto tree = read_yaml(json, "description", problems, {.bytes = most_description_bytes});
    if (!problems.items().empty()) throw Error(cat("the description is no JSON: ", problems.items().front().message));
    if (!tree || tree->kind != Tree::Kind::map) throw Error("the description is no JSON object");
    Description description;
    for (const auto& entry : tree->entries) {
        if (entry.value.kind != Tree::Kind::scalar)
            throw Error(cat("the description's '", entry.key, "' is ", describe(entry.value), ", expected a text"));
        description.emplace(entry.key, entry.value.text);
    }
    return description;
}

}  // namespace anabranch::framework::packet_format
