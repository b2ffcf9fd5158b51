#pragma once

#include <anabranch/column.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch {

/// One dimension of a column type: a symbol that must be equal wherever it stands in one spec (B), or a ragged length
/// (~T).
struct Dimension {
    std::string symbol;
    bool ragged = false;
    friend bool operator==(const Dimension&, const Dimension&) = default;
};

/// The type of one column, written `name: dtype[B,T]`, `name: dtype[B,~T]` or `name: str[B]`.
struct ColumnType {
    std::string name;
    std::optional<Dtype> dtype;  ///< none: text
    std::vector<Dimension> dimensions;

    [[nodiscard]] std::string text() const;
    /// Whether a column at run time is of this kind and dtype.
    [[nodiscard]] bool admits(const Column& column) const;
};

/// The columns that a port asks for or gives, written `*, response: str[B], score: f32[B]`.
/// `*` on an output: every column of the first input is passed on too. An input always admits columns beyond those
/// named.
struct PortType {
    bool passes = false;
    std::vector<ColumnType> columns;

    /// Throws an Error with the position in `text` when it is not written as above.
    static PortType parse(std::string_view text);
    [[nodiscard]] std::string text() const;
    [[nodiscard]] const ColumnType* find(std::string_view name) const;
};

}  // namespace anabranch
