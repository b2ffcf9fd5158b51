#include <anabranch/error.h>
#include <plugins/data/jsonl_columns.h>

#include <limits>
#include <string>
#include <utility>

namespace anabranch::data {
namespace {

using Rows = std::vector<std::vector<lm::JsonlValue>>;

/// The text with the row dimension, which rows of a file do not have, put in: "f32" -> "f32[B]", "[~T]" -> "[B,~T]".
std::string with_row_dimension(std::string_view text) {
    std::string out;
    std::size_t depth = 0;
    bool bracket = false;  // in this column
    for (const char c : text) {
        if (c == ',' && depth == 0) {
            if (!bracket) out += "[B]";
            bracket = false;
        }
        out += c;
        if (c == '[') {
            ++depth;
            bracket = true;
            out += "B,";
        }
        if (c == ']' && depth > 0) --depth;
    }
    return out + (bracket ? "" : "[B]");
}

bool is_list(const ColumnType& type) {
    return type.dimensions.size() == 2 && type.dimensions[1].ragged;
}

template <typename To, typename From>
std::vector<To> gather(const Rows& rows, std::size_t index) {
    std::vector<To> values;
    for (const auto& row : rows) values.push_back(static_cast<To>(std::get<From>(row[index])));
    return values;
}

Column integers(const ColumnType& type, const Rows& rows, std::size_t index) {
    auto values = gather<std::int64_t, std::int64_t>(rows, index);
    if (*type.dtype == Dtype::i64) return Array::of(std::move(values));
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (!std::in_range<std::int32_t>(values[row])) {
            throw Error(cat("row ", row, " of the packet: '", type.name, "' is ", values[row],
                            ", which an i32 cannot hold; declare the column as i64"));
        }
    }
    return Array::of(gather<std::int32_t, std::int64_t>(rows, index));
}

template <typename T>
Column lists(const Rows& rows, std::size_t index) {
    return Ragged::of(gather<std::vector<T>, std::vector<T>>(rows, index));
}

}  // namespace

PortType parse_row_columns(std::string_view text) {
    if (text.find_first_not_of(' ') == std::string_view::npos || text.find('*') != std::string_view::npos) {
        throw Error(cat("columns \"", text, "\": expected names and types, such as \"prompt: str, score: f32\""));
    }
    PortType type = with_context([&] { return cat("columns \"", text, "\", with the rows as [B]"); },
                                 [&] { return PortType::parse(with_row_dimension(text)); });
    for (const auto& column : type.columns) static_cast<void>(jsonl_column(column));
    return type;
}

lm::JsonlColumn jsonl_column(const ColumnType& type) {
    using Type = lm::JsonlType;
    if (is_list(type) && type.dtype == Dtype::i64) return {type.name, Type::integers};
    if (is_list(type) && type.dtype == Dtype::f64) return {type.name, Type::numbers};
    if (type.dimensions.size() == 1) {
        if (!type.dtype) return {type.name, Type::string};
        if (*type.dtype == Dtype::boolean) return {type.name, Type::boolean};
        if (*type.dtype == Dtype::i64 || *type.dtype == Dtype::i32) return {type.name, Type::integer};
        if (*type.dtype == Dtype::f64 || *type.dtype == Dtype::f32) return {type.name, Type::number};
    }
    throw Error(cat("column '", type.name, "' (", type.text(),
                    ") cannot be read from JSON; there are str, bool, i32, i64, ",
                    "f32, f64, and for lists i64[~T], f64[~T]"));
}

Column make_column(const ColumnType& type, const Rows& rows, std::size_t index) {
    switch (jsonl_column(type).type) {
        case lm::JsonlType::string:
            return Strings(gather<std::string, std::string>(rows, index));
        case lm::JsonlType::boolean:
            return Array::of(gather<bool, bool>(rows, index));
        case lm::JsonlType::integer:
            return integers(type, rows, index);
        case lm::JsonlType::integers:
            return lists<std::int64_t>(rows, index);
        case lm::JsonlType::numbers:
            return lists<double>(rows, index);
        default:
            break;
    }
    if (*type.dtype == Dtype::f64) return Array::of(gather<double, double>(rows, index));
    return Array::of(gather<float, double>(rows, index));
}

}  // namespace anabranch::data
