#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace anabranch::lm {

/// How a GGUF tensor's numbers are stored: blocks of `block_elements` numbers in `block_bytes` bytes.
struct GgmlType {
    std::uint32_t id;
    std::string_view name;  // "Q4_1", as llama.cpp spells it
    std::uint64_t block_elements;
    std::uint64_t block_bytes;

    [[nodiscard]] bool operator==(const GgmlType& other) const { return id == other.id; }
};

/// The type with this id in GGUF files, or nothing when no such type is known.
[[nodiscard]] std::optional<GgmlType> find_ggml_type(std::uint32_t id);

/// The type with this name, or nothing.
[[nodiscard]] std::optional<GgmlType> find_ggml_type(std::string_view name);

}  // namespace anabranch::lm
