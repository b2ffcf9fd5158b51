#include "anabranch/lm/checkpoint/dequantise.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

constexpr std::size_t block_elements = 32;

std::uint16_t load_16(const std::byte* bytes) {
    std::uint16_t bits;
    std::memcpy(&bits, bytes, sizeof(bits));
    return bits;
}

// Selects rather than branches, so that a loop of it becomes vector code; subnormals go by way of an integer because a
// flush-to-zero mode would lose them otherwise.
inline float half_to_float(std::uint16_t bits) {
    const std::uint32_t magnitude = bits & 0x7FFFU;
    const std::uint32_t rebias = magnitude >= 0x7C00U ? 224U << 23 : 112U << 23;
    const float normal = std::bit_cast<float>((magnitude << 13) + rebias);
    const float subnormal = static_cast<float>(static_cast<std::int32_t>(magnitude)) * 0x1p-24F;
    const float absolute = magnitude < 0x0400U ? subnormal : normal;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(absolute) | (bits & 0x8000U) << 16);
}

using Reader = void (*)(const std::byte* blocks, std::size_t count, float* out);

void read_f32(const std::byte* blocks, std::size_t count, float* out) {
    std::memcpy(out, blocks, count * 4);
}

void read_f16(const std::byte* blocks, std::size_t count, float* out) {
    for (std::size_t i = 0; i < count; ++i) out[i] = half_to_float(load_16(blocks + 2 * i));
}

void read_bf16(const std::byte* blocks, std::size_t count, float* out) {
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = std::bit_cast<float>(static_cast<std::uint32_t>(load_16(blocks + 2 * i)) << 16);
    }
}

void read_q8_0(const std::byte* blocks, std::size_t count, float* out) {
    for (std::size_t block = 0; block < count; ++block, blocks += 34, out += block_elements) {
        const float scale = half_to_float(load_16(blocks));
        for (std::size_t i = 0; i < block_elements; ++i) {
            out[i] = static_cast<float>(static_cast<std::int8_t>(blocks[2 + i])) * scale;
        }
    }
}

// A byte's low nibble is an element of the block's first half, its high nibble the one 16 further on.
void read_q4_0(const std::byte* blocks, std::size_t count, float* out) {
    for (std::size_t block = 0; block < count; ++block, blocks += 18, out += block_elements) {
        const float scale = half_to_float(load_16(blocks));
        for (std::size_t i = 0; i < block_elements / 2; ++i) {
            const int pair = std::to_integer<int>(blocks[2 + i]);
            out[i] = static_cast<float>((pair & 15) - 8) * scale;
            out[i + 16] = static_cast<float>((pair >> 4) - 8) * scale;
        }
    }
}

void read_q4_1(const std::byte* blocks, std::size_t count, float* out) {
    for (std::size_t block = 0; block < count; ++block, blocks += 20, out += block_elements) {
        const float scale = half_to_float(load_16(blocks));
        const float least = half_to_float(load_16(blocks + 2));
        for (std::size_t i = 0; i < block_elements / 2; ++i) {
            const int pair = std::to_integer<int>(blocks[4 + i]);
            out[i] = static_cast<float>(pair & 15) * scale + least;
            out[i + 16] = static_cast<float>(pair >> 4) * scale + least;
        }
    }
}

struct Format {
    std::string_view name;
    Reader read;
};

constexpr std::array formats = {Format{"F32", read_f32},   Format{"F16", read_f16},   Format{"BF16", read_bf16},
                                Format{"Q8_0", read_q8_0}, Format{"Q4_0", read_q4_0}, Format{"Q4_1", read_q4_1}};

Reader reader_of(const GgmlType& type, std::string_view whose) {
    const auto found = std::ranges::find(formats, type.name, &Format::name);
    if (found != formats.end()) return found->read;
    std::string supported;
    for (const Format& format : formats) supported += cat(supported.empty() ? "" : ", ", format.name);
    throw Error(cat(whose, " the type ", type.name, ", which cannot be dequantised; supported are ", supported,
                    ". Convert the model to one of them (llama-quantize does)"));
}

}  // namespace

float float_from_half(std::uint16_t bits) {
    return half_to_float(bits);
}

bool can_dequantise(const GgmlType& type) {
    return std::ranges::find(formats, type.name, &Format::name) != formats.end();
}

void dequantise(const GgmlType& type, std::span<const std::byte> blocks, std::span<float> out) {
    const Reader read = reader_of(type, "the data has");
    const std::size_t count = blocks.size() / type.block_bytes;
    if (count * type.block_bytes != blocks.size() || count * type.block_elements != out.size()) {
        throw Error(cat("dequantise: ", blocks.size(), " bytes of ", type.name, " do not make ", out.size(),
                        " floats (", type.block_bytes, " bytes hold ", type.block_elements, ")"));
    }
    if (count > 0) read(blocks.data(), count, out.data());
}

void dequantise_rows(const GgufTensor& tensor, std::size_t first_row, std::size_t row_count, std::span<float> out) {
    (void)reader_of(tensor.type, cat("tensor \"", tensor.name, "\" has"));
    const std::size_t columns = tensor.dimensions.empty() ? 1 : static_cast<std::size_t>(tensor.dimensions[0]);
    const std::size_t rows = columns == 0 ? 0 : tensor.element_count() / columns;
    if (first_row > rows || row_count > rows - first_row) {
        throw Error(cat("tensor \"", tensor.name, "\" has ", rows, " rows; rows ", first_row, " to ",
                        first_row + row_count, " were asked for"));
    }
    const std::size_t row_bytes = columns / tensor.type.block_elements * tensor.type.block_bytes;
    with_context(
        [&] { return cat("tensor \"", tensor.name, "\""); },
        [&] { dequantise(tensor.type, tensor.bytes.subspan(first_row * row_bytes, row_count * row_bytes), out); });
}

void dequantise(const GgufTensor& tensor, std::span<float> out) {
    const std::size_t columns = tensor.dimensions.empty() ? 1 : static_cast<std::size_t>(tensor.dimensions[0]);
    dequantise_rows(tensor, 0, columns == 0 ? 0 : tensor.element_count() / columns, out);
}

}  // namespace anabranch::lm
