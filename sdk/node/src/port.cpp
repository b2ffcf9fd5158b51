#include <anabranch/port.h>

#include <algorithm>
#include <cctype>

namespace anabranch {
namespace {

class PortParser {
  public:
    explicit PortParser(std::string_view text) : text_(text) {}

    PortType parse() {
        PortType type;
        if (peek() == '\0') return type;
        do {
            if (take('*')) {
                type.passes = true;
            } else {
                type.columns.push_back(column());
            }
        } while (take(','));
        if (peek() != '\0') fail("a comma or the end");
        return type;
    }

  private:
    ColumnType column() {
        ColumnType column;
        column.name = name("a column's name");
        expect(':');
        const std::string dtype = name("a dtype");
        if (dtype != "str") {
            column.dtype = dtype_from_name(dtype);
            if (!column.dtype) fail("one of str bool u8 i32 i64 f16 bf16 f32 f64 before this");
        }
        expect('[');
        do {
            const bool ragged = take('~');
            column.dimensions.push_back({name("a dimension"), ragged});
        } while (take(','));
        expect(']');
        return column;
    }

    char peek() {
        while (position_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[position_])) != 0) ++position_;
        return position_ < text_.size() ? text_[position_] : '\0';
    }
    bool take(char wanted) {
        if (peek() != wanted) return false;
        ++position_;
        return true;
    }
    void expect(char wanted) {
        if (!take(wanted)) fail(std::string("'") + wanted + "'");
    }
    std::string name(std::string_view what) {
        peek();
        const std::size_t first = position_;
        while (position_ < text_.size() &&
               (std::isalnum(static_cast<unsigned char>(text_[position_])) != 0 || text_[position_] == '_')) {
            ++position_;
        }
        if (first == position_) fail(std::string(what));
        return std::string(text_.substr(first, position_ - first));
    }
    [[noreturn]] void fail(const std::string& expected) const {
        throw Error(cat("columns \"", text_, "\": expected ", expected, " at character ", position_ + 1));
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

}  // namespace

PortType PortType::parse(std::string_view text) {
    return PortParser(text).parse();
}

std::string ColumnType::text() const {
    std::string out = cat(name, ": ", dtype ? name_of(*dtype) : "str", "[");
    for (std::size_t i = 0; i < dimensions.size(); ++i) {
        out += cat(i == 0 ? "" : ",", dimensions[i].ragged ? "~" : "", dimensions[i].symbol);
    }
    return out + "]";
}

bool ColumnType::admits(const Column& column) const {
    if (!dtype) return std::holds_alternative<Strings>(column);
    if (const auto* ragged = std::get_if<Ragged>(&column)) {
        return dimensions.size() == 2 && dimensions[1].ragged && ragged->flat().dtype() == *dtype;
    }
    const auto* array = std::get_if<Array>(&column);
    return array != nullptr && array->dtype() == *dtype && array->shape().size() == dimensions.size() &&
           std::ranges::none_of(dimensions, &Dimension::ragged);
}

std::string PortType::text() const {
    std::string out = passes ? "*" : "";
    for (const auto& column : columns) out += (out.empty() ? "" : ", ") + column.text();
    return out;
}

const ColumnType* PortType::find(std::string_view name) const {
    const auto found = std::ranges::find(columns, name, &ColumnType::name);
    return found == columns.end() ? nullptr : &*found;
}

}  // namespace anabranch
