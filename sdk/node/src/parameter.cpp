#include <anabranch/json_text.h>
#include <anabranch/parameter.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace anabranch {
namespace {

constexpr std::array<std::string_view, 9> kind_names{"boolean",
                                                     "integer",
                                                     "number",
                                                     "text",
                                                     "path",
                                                     "list of texts",
                                                     "list of integers",
                                                     "list of numbers",
                                                     "map of names to numbers"};

template <typename List, typename Write>
std::string join(const List& list, Write write) {
    std::string out;
    for (const auto& item : list) out += (out.empty() ? "" : ", ") + write(item);
    return out;
}

std::string number_text(double value) {
    return json_number(value);
}

struct TextOf {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return number_text(value); }
    std::string operator()(const std::string& value) const { return json_quote(value); }
    std::string operator()(const std::pair<const std::string, double>& entry) const {
        return json_quote(entry.first) + ": " + number_text(entry.second);
    }
    std::string operator()(const std::map<std::string, double>& value) const { return "{" + join(value, *this) + "}"; }
    template <typename T>
    std::string operator()(const std::vector<T>& value) const {
        return "[" + join(value, [this](const T& item) { return (*this)(item); }) + "]";
    }
};

std::string bounds_text(const Constraint& constraint) {
    std::string out;
    if (constraint.minimum && constraint.maximum) {
        out = cat("from ", number_text(*constraint.minimum), " to ", number_text(*constraint.maximum));
    } else if (constraint.minimum) {
        out = cat(constraint.open_minimum ? "above " : "at least ", number_text(*constraint.minimum));
    } else if (constraint.maximum) {
        out = cat("at most ", number_text(*constraint.maximum));
    }
    if (!constraint.choices.empty()) {
        out = "one of " + join(constraint.choices, [](const std::string& choice) { return choice; });
    }
    return out;
}

struct Fits {
    const Constraint& constraint;

    bool operator()(bool) const { return true; }
    bool operator()(std::int64_t value) const { return (*this)(static_cast<double>(value)); }
    bool operator()(double value) const {
        if (!std::isfinite(value)) return false;
        if (constraint.minimum &&
            (value < *constraint.minimum || (constraint.open_minimum && value == *constraint.minimum))) {
            return false;
        }
        return !constraint.maximum || value <= *constraint.maximum;
    }
    bool operator()(const std::string& value) const {
        return constraint.choices.empty() || std::ranges::find(constraint.choices, value) != constraint.choices.end();
    }
    bool operator()(const std::map<std::string, double>& value) const {
        return std::ranges::all_of(value, [this](const auto& entry) { return (*this)(entry.second); });
    }
    template <typename T>
    bool operator()(const std::vector<T>& value) const {
        return std::ranges::all_of(value, [this](const T& item) { return (*this)(item); });
    }
};

}  // namespace

std::string_view name_of(ParameterKind kind) {
    return kind_names[static_cast<std::size_t>(kind)];
}

std::string text_of(const ParameterValue& value) {
    return std::visit(TextOf{}, value);
}

ParameterKind kind_of(const ParameterValue& value) {
    constexpr std::array kinds{ParameterKind::boolean, ParameterKind::integer,   ParameterKind::number,
                               ParameterKind::text,    ParameterKind::texts,     ParameterKind::integers,
                               ParameterKind::numbers, ParameterKind::number_map};
    return kinds[value.index()];
}

std::string ParameterSpec::describe() const {
    std::string bounds = bounds_text(constraint);
    if (!constraint.choices.empty()) return bounds;
    return std::string(name_of(kind)) + (bounds.empty() ? "" : ", " + bounds);
}

std::optional<std::string> ParameterSpec::problem(const ParameterValue& value) const {
    const bool is_path = kind == ParameterKind::path && kind_of(value) == ParameterKind::text;
    if ((kind_of(value) != kind && !is_path) || !std::visit(Fits{constraint}, value)) {
        return cat("is ", text_of(value), ", expected ", describe());
    }
    return std::nullopt;
}

Parameters::Parameters(const std::vector<ParameterSpec>& specs, std::map<std::string, ParameterValue> given) {
    std::string problems;
    const auto add = [&](const std::string& problem) { problems += (problems.empty() ? "" : "; ") + problem; };
    for (const auto& spec : specs) {
        const auto found = given.find(spec.name);
        if (found == given.end()) {
            if (spec.standard) values_.emplace(spec.name, *spec.standard);
            if (spec.required) add(cat("parameter '", spec.name, "' is missing (", spec.describe(), ")"));
            continue;
        }
        // A number parameter takes an integer as written.
        if (const auto* whole = std::get_if<std::int64_t>(&found->second);
            whole != nullptr && spec.kind == ParameterKind::number) {
            found->second = static_cast<double>(*whole);
        }
        if (const auto problem = spec.problem(found->second)) add(cat("parameter '", spec.name, "' ", *problem));
        values_.emplace(spec.name, std::move(found->second));
        given.erase(found);
    }
    for (const auto& [name, value] : given) add(cat("there is no parameter '", name, "'"));
    if (!problems.empty()) throw Error(problems);
}

const ParameterValue& Parameters::at(std::string_view name) const {
    const auto found = values_.find(name);
    if (found == values_.end()) throw Error(cat("parameter '", name, "' has no value"));
    return found->second;
}

}  // namespace anabranch
