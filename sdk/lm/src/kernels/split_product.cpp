#include "split_product.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/cpu/Utils.h>
#include <cpuid.h>

#include <algorithm>

#include "split_tiles.h"

namespace anabranch::lm::kernels {
namespace {

bool has_amx() {
    static const bool has = [] {
        unsigned a = 0;
        unsigned b = 0;
        unsigned c = 0;
        unsigned d = 0;
        const bool vectors = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
        return vectors && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & bit_AMX_BF16) != 0 &&
               at::cpu::init_amx();
    }();
    return has;
}

split::Matrix matrix_of(const at::Tensor& tensor) {
    const bool contiguous = tensor.stride(1) == 1;
    return {tensor.const_data_ptr<float>(), tensor.size(0), tensor.size(1), tensor.stride(contiguous ? 0 : 1),
            contiguous};
}

/// The numbers `first` and on of the depth.
split::Matrix deeper(split::Matrix matrix, std::int64_t first, std::int64_t depth) {
    matrix.data += matrix.depth_contiguous ? first : first * matrix.stride;
    matrix.depth = depth;
    return matrix;
}

std::int64_t blocks_of(std::int64_t size) {
    return (size + split::block - 1) / split::block;
}

at::Tensor packed_blocks(std::int64_t blocks, std::int64_t depth_blocks) {
    return at::empty({blocks, depth_blocks * split::block_dwords}, at::kInt);
}

std::int32_t* block_of(const at::Tensor& packed, std::int64_t index) {
    return packed.mutable_data_ptr<std::int32_t>() + index * packed.stride(0);
}

constexpr std::int64_t many_rows = 512;

/// All packed rows with the `count` packed blocks of columns from `first` on, which a core's cache holds. `far`: the
/// rows come from further away, so that each product fetches its share of the next ones.
void multiply_panel(const split::Out& out, const at::Tensor& rows, const at::Tensor& panel, std::int64_t first,
                    std::int64_t count, bool far) {
    const std::int64_t depth = rows.size(1) / split::block_dwords;
    const std::int64_t share = (split::block_lines + split::products * count - 1) / (split::products * count);
    for (std::int64_t i = 0; i < rows.size(0); ++i) {
        const std::int32_t* row = block_of(rows, i);
        const bool fetch = far && i + 1 < rows.size(0);
        split::Soon soon{row + rows.stride(0), fetch ? share : 0};
        for (std::int64_t j = 0; j < count; ++j) {
            const std::int32_t* column = block_of(panel, j);
            if (out.left_is_columns) {
                split::product(out, first + j, i, column, row, depth, soon);
            } else {
                split::product(out, i, first + j, row, column, depth, soon);
            }
        }
    }
}

/// `rows` are packed whole; a panel of `columns` at a time becomes parts in a core's own cache and meets them all.
void multiply(const split::Out& out, const split::Matrix& rows, const split::Matrix& columns) {
    using split::Role;
    const std::int64_t depth = blocks_of(rows.depth);
    const at::Tensor packed_rows = packed_blocks(blocks_of(rows.outer), depth);
    at::parallel_for(0, packed_rows.size(0), 1, [&](std::int64_t first, std::int64_t last) {
        split::pack(rows, first, last - first, out.left_is_columns ? Role::right : Role::left,
                    block_of(packed_rows, first));
    });
    // With few rows, which stay in the core's cache beside it, a small panel does.
    const bool few = packed_rows.numel() <= std::int64_t{1} << 18;
    const std::int64_t panel_dwords = few ? std::int64_t{1} << 16 : std::int64_t{27} << 13;
    const std::int64_t most = std::max<std::int64_t>(1, panel_dwords / (depth * split::block_dwords));
    const std::int64_t blocks = blocks_of(columns.outer);
    const std::int64_t threads = at::get_num_threads();
    const std::int64_t panels = std::min(blocks, (blocks + most * threads - 1) / (most * threads) * threads);
    at::parallel_for(0, panels, 1, [&](std::int64_t first_panel, std::int64_t last_panel) {
        const split::Tiles tiles;
        const at::Tensor panel = packed_blocks(most, depth);
        for (std::int64_t p = first_panel; p < last_panel; ++p) {
            const std::int64_t first = p * blocks / panels;
            const std::int64_t count = (p + 1) * blocks / panels - first;
            split::pack(columns, first, count, out.left_is_columns ? Role::left : Role::right, block_of(panel, 0));
            multiply_panel(out, packed_rows, panel, first, count, !few);
        }
    });
}

bool one_stride(const at::Tensor& matrix) {
    return matrix.stride(0) == 1 || matrix.stride(1) == 1;
}

}  // namespace

bool prefers_split_product(const at::Tensor& x, const at::Tensor& weight) {
    if (!x.is_cpu() || x.scalar_type() != at::kFloat || !one_stride(x) || !one_stride(weight) || !has_amx())
        return false;
    // Measured against MKL and oneDNN: the parts of a weight must be of use to enough rows, and a weight that is read
    // across its rows takes longer to lay out.
    constexpr std::int64_t least_columns = 64;
    if (weight.size(0) < least_columns || x.size(1) == 0) return false;
    return weight.stride(1) == 1 ? x.size(0) >= 48 : x.size(0) >= many_rows && x.size(1) <= 4096;
}

at::Tensor split_product(const at::Tensor& x, const at::Tensor& weight) {
    constexpr std::int64_t deepest = 768;  // several packed blocks of more do not fit into a core's cache
    at::Tensor out = at::empty({x.size(0), weight.size(0)}, x.options());
    const split::Matrix rows = matrix_of(x);
    const split::Matrix columns = matrix_of(weight);
    const bool left_is_columns = columns.depth_contiguous && rows.outer < many_rows;
    const std::int64_t depth_blocks = blocks_of(rows.depth);
    const std::int64_t pieces = (rows.depth + deepest - 1) / deepest;
    for (std::int64_t piece = 0; piece < pieces; ++piece) {
        const std::int64_t first = piece * depth_blocks / pieces * split::block;
        const std::int64_t last = std::min((piece + 1) * depth_blocks / pieces * split::block, rows.depth);
        multiply({out.mutable_data_ptr<float>(), rows.outer, columns.outer, left_is_columns, first > 0},
                 deeper(rows, first, last - first), deeper(columns, first, last - first));
    }
    return out;
}

}  // namespace anabranch::lm::kernels
