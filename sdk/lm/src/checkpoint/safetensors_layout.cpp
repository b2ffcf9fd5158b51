#include "safetensors_layout.h"

#include <algorithm>
#include <array>
#include <limits>

#include "anabranch/lm/checkpoint/safetensors.h"

namespace anabranch::lm {
namespace {

struct Dtype {
    std::string_view name;
    std::size_t bytes;
};

constexpr std::array dtypes = {
    Dtype{"F64", 8}, Dtype{"I64", 8},  Dtype{"U64", 8},  Dtype{"C64", 8},     Dtype{"F32", 4}, Dtype{"I32", 4},
    Dtype{"U32", 4}, Dtype{"F16", 2},  Dtype{"BF16", 2}, Dtype{"I16", 2},     Dtype{"U16", 2}, Dtype{"F8_E4M3", 1},
    Dtype{"I8", 1},  Dtype{"BOOL", 1}, Dtype{"U8", 1},   Dtype{"F8_E5M2", 1},
};

}  // namespace

std::optional<std::size_t> safetensors_dtype_bytes(std::string_view dtype) {
    const auto found = std::ranges::find(dtypes, dtype, &Dtype::name);
    return found == dtypes.end() ? std::nullopt : std::optional(found->bytes);
}

std::optional<std::uint64_t> tensor_bytes(std::uint64_t element_bytes, std::span<const std::int64_t> shape) {
    constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
    std::uint64_t bytes = element_bytes;
    for (const std::int64_t length : shape) {
        if (length < 0 || (length > 0 && bytes > most / static_cast<std::uint64_t>(length))) return std::nullopt;
        bytes *= static_cast<std::uint64_t>(length);
    }
    return bytes;
}

}  // namespace anabranch::lm
