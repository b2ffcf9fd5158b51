#pragma once

#include <anabranch/parameter.h>
#include <framework/graph/draft.h>
#include <framework/graph/tree.h>

#include <cstdint>
#include <optional>

namespace anabranch::framework {

/// An integer as YAML writes it: 12, 0x1F.
[[nodiscard]] std::optional<std::uint64_t> read_unsigned(const Tree& value);

/// `name` or `name.part`; none when the value is neither.
[[nodiscard]] std::optional<Reference> read_reference(const Tree& value);

/// The value of a parameter, read as its kind; none when it is not written that way.
[[nodiscard]] std::optional<ParameterValue> read_parameter(const Tree& value, ParameterKind kind);

}  // namespace anabranch::framework
