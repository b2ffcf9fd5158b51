#include <framework/graph/scalar.h>

#include <charconv>
#include <limits>

namespace anabranch::framework {
namespace {

bool is_plain(const Tree& value) {
    return value.kind == Tree::Kind::scalar && !value.quoted;
}

std::optional<bool> read_boolean(const Tree& value) {
    if (!is_plain(value)) return std::nullopt;
    if (value.text == "true" || value.text == "True" || value.text == "TRUE") return true;
    if (value.text == "false" || value.text == "False" || value.text == "FALSE") return false;
    return std::nullopt;
}

std::optional<std::int64_t> read_integer(const Tree& value) {
    const bool negative = value.text.starts_with('-');
    Tree digits{.kind = value.kind, .text = negative ? value.text.substr(1) : value.text, .quoted = value.quoted};
    if (negative && digits.text.starts_with('+')) return std::nullopt;
    const auto size = read_unsigned(digits);
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (!size || *size > most + (negative ? 1 : 0)) return std::nullopt;
    return negative ? static_cast<std::int64_t>(-*size) : static_cast<std::int64_t>(*size);
}

std::optional<double> read_number(const Tree& value) {
    if (!is_plain(value) || value.text.empty()) return std::nullopt;
    if (const auto whole = read_integer(value)) return static_cast<double>(*whole);
    std::string_view text = value.text;
    if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
    // from_chars also takes "inf" and "nan", which no parameter allows.
    if (text.find_first_not_of("+-.0123456789eE") != std::string_view::npos) return std::nullopt;
    double number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::string> read_text(const Tree& value) {
    if (value.kind != Tree::Kind::scalar) return std::nullopt;
    return value.text;
}

template <typename Read>
std::optional<ParameterValue> read_list(const Tree& value, Read read) {
    if (value.kind != Tree::Kind::sequence) return std::nullopt;
    std::vector<typename std::invoke_result_t<Read, const Tree&>::value_type> list;
    for (const auto& item : value.items) {
        auto element = read(item);
        if (!element) return std::nullopt;
        list.push_back(std::move(*element));
    }
    return list;
}

std::optional<ParameterValue> read_map(const Tree& value) {
    if (value.kind != Tree::Kind::map) return std::nullopt;
    std::map<std::string, double> map;
    for (const auto& entry : value.entries) {
        const auto number = read_number(entry.value);
        if (!number) return std::nullopt;
        map.emplace(entry.key, *number);
    }
    return map;
}

template <typename T>
std::optional<ParameterValue> lift(std::optional<T> value) {
    if (!value) return std::nullopt;
    return ParameterValue(std::move(*value));
}

}  // namespace

std::optional<std::uint64_t> read_unsigned(const Tree& value) {
    if (!is_plain(value)) return std::nullopt;
    std::string_view text = value.text;
    if (text.starts_with('+')) text.remove_prefix(1);
    const int base = text.starts_with("0x") ? 16 : 10;
    if (base == 16) text.remove_prefix(2);
    std::uint64_t number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<Reference> read_reference(const Tree& value) {
    if (value.kind != Tree::Kind::scalar || value.text.empty()) return std::nullopt;
    const std::size_t dot = value.text.find('.');
    Reference reference{value.scope + value.text.substr(0, dot), "", value.location, value.location};
    if (dot != std::string::npos) {
        reference.part = value.text.substr(dot + 1);
        reference.part_location.column += static_cast<int>(dot) + 1 + (value.quoted ? 1 : 0);
        if (dot == 0 || reference.part.empty()) return std::nullopt;
    }
    return reference;
}

std::optional<ParameterValue> read_parameter(const Tree& value, ParameterKind kind) {
    switch (kind) {
        case ParameterKind::boolean:
            return lift(read_boolean(value));
        case ParameterKind::integer:
            return lift(read_integer(value));
        case ParameterKind::number:
            return lift(read_number(value));
        case ParameterKind::text:
        case ParameterKind::path:
            return lift(read_text(value));
        case ParameterKind::texts:
            return read_list(value, read_text);
        case ParameterKind::integers:
            return read_list(value, read_integer);
        case ParameterKind::numbers:
            return read_list(value, read_number);
        case ParameterKind::number_map:
            return read_map(value);
    }
    return std::nullopt;
}

}  // namespace anabranch::framework
