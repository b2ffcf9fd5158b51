#pragma once

#include <anabranch/error.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace anabranch {

/// What a parameter holds, and how a graph writes it.
enum class ParameterKind : std::uint8_t { boolean, integer, number, text, path, texts, integers, numbers, number_map };

using ParameterValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>,
                                    std::vector<std::int64_t>, std::vector<double>, std::map<std::string, double>>;

/// What a value must satisfy besides its kind. Bounds hold for each element of a list.
struct Constraint {
    std::optional<double> minimum;
    std::optional<double> maximum;
    bool open_minimum = false;           ///< the minimum itself is not allowed
    std::vector<std::string> choices{};  ///< texts allowed; empty: any
};

[[nodiscard]] inline Constraint at_least(double minimum) {
    return {.minimum = minimum, .maximum = {}};
}
[[nodiscard]] inline Constraint above(double minimum) {
    return {.minimum = minimum, .maximum = {}, .open_minimum = true};
}
[[nodiscard]] inline Constraint between(double minimum, double maximum) {
    return {.minimum = minimum, .maximum = maximum};
}
[[nodiscard]] inline Constraint one_of(std::vector<std::string> choices) {
    return {.minimum = {}, .maximum = {}, .open_minimum = false, .choices = std::move(choices)};
}

/// One parameter of a node or resource type: complete enough for help, editors and checks.
struct ParameterSpec {
    std::string name;
    ParameterKind kind = ParameterKind::text;
    std::optional<ParameterValue> standard;  ///< the default; none: see `required`
    bool required = false;                   ///< with neither a default nor this, the parameter may be left out
    std::string help;
    Constraint constraint;

    /// What is wrong with `value`, or nothing. The kind is checked too.
    [[nodiscard]] std::optional<std::string> problem(const ParameterValue& value) const;
    /// "integer, at least 1", "one of kl, abs, mse, full", ...
    [[nodiscard]] std::string describe() const;
};

[[nodiscard]] std::string_view name_of(ParameterKind kind);
/// As a graph writes it: 0.5, [32, 128], {length: 1}.
[[nodiscard]] std::string text_of(const ParameterValue& value);

/// The kind and value of a C++ default.
template <typename T>
ParameterValue parameter_value(const T& value) {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
        return static_cast<std::int64_t>(value);
    } else if constexpr (std::is_convertible_v<T, std::string>) {
        return std::string(value);
    } else {
        return value;
    }
}
[[nodiscard]] ParameterKind kind_of(const ParameterValue& value);

/// The checked parameters of one node or resource, defaults filled in.
class Parameters {
  public:
    Parameters() = default;
    /// Checks `given` against the specs and fills in defaults. Throws one Error that lists every problem.
    Parameters(const std::vector<ParameterSpec>& specs, std::map<std::string, ParameterValue> given);

    [[nodiscard]] bool has(std::string_view name) const { return values_.contains(name); }
    [[nodiscard]] const std::map<std::string, ParameterValue, std::less<>>& values() const { return values_; }

    /// T: bool, an integer type, float, double, std::string, or one of the list types of ParameterValue.
    template <typename T>
    [[nodiscard]] T get(std::string_view name) const {
        const ParameterValue& value = at(name);
        if constexpr (std::is_same_v<T, bool>) {
            return as<bool>(name, value);
        } else if constexpr (std::is_integral_v<T>) {
            return static_cast<T>(as<std::int64_t>(name, value));
        } else if constexpr (std::is_floating_point_v<T>) {
            return static_cast<T>(as<double>(name, value));
        } else {
            return as<T>(name, value);
        }
    }
    template <typename T>
    [[nodiscard]] std::optional<T> find(std::string_view name) const {
        if (!has(name)) return std::nullopt;
        return get<T>(name);
    }

  private:
    template <typename T>
    static const T& as(std::string_view name, const ParameterValue& value) {
        if (const T* held = std::get_if<T>(&value)) return *held;
        throw Error(cat("parameter '", name, "' was read as another type than its spec declares"));
    }
    [[nodiscard]] const ParameterValue& at(std::string_view name) const;

    std::map<std::string, ParameterValue, std::less<>> values_;
};

}  // namespace anabranch
