#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "anabranch/lm/checkpoint/ggml_type.h"

namespace anabranch::lm {

/// Metadata in the order of the file. Numbers are written in the type that they have here.
using GgufMetadataValue = std::variant<std::uint32_t, float, bool, std::string, std::vector<std::int32_t>,
                                       std::vector<float>, std::vector<std::string>>;
using GgufMetadata = std::vector<std::pair<std::string, GgufMetadataValue>>;

/// A tensor to write; `shape` is row-major: [rows, columns].
struct GgufEntry {
    std::string name;
    std::vector<std::int64_t> shape;
    GgmlType type{};
};

/// Writes a GGUF file, version 3, little endian. The bytes of tensors[i], row-major and in its type, are what
/// `bytes(i)` gives, valid until the next call: it is called once a tensor, in order. The file appears whole or not at
/// all (see AtomicFile). Errors: a name or a key twice, a row that the type's blocks do not divide, bytes that do not
/// fit the shape, whatever the disk says.
void write_gguf(const std::filesystem::path& path, const GgufMetadata& metadata, std::span<const GgufEntry> tensors,
                const std::function<std::span<const std::byte>(std::size_t)>& bytes);

}  // namespace anabranch::lm
