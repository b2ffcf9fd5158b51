#include "split_product.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/cpu/Utils.h>
#include <cpuid.h>

#include "split_tiles.h"

namespace anabranch::lm::kernels {
namespace {

bool has_amx() {
    static const bool has = [] {
        unsigned a = 0;
        unsigned b = 0;
        unsigned c = 0;
        unsigned d = 0;
        return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & bit_AMX_BF16) != 0 && (d & bit_AMX_TILE) != 0 &&
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

/// `rows` are packed whole; a panel of `columns` at a time becomes parts in a core's own cache and meets them all.
void multiply(const split::Out& out, const split::Matrix& rows, const split::Matrix& columns) {
    using split::Role;
    const std::int64_t depth = blocks_of(rows.depth);
    const std::int64_t row_blocks = blocks_of(rows.outer);
    const at::Tensor packed_rows = packed_blocks(row_blocks, depth);
    at::parallel_for(0, row_blocks, 1, [&](std::int64_t first, std::int64_t last) {
        split::pack(rows, first, last - first, out.left_is_columns ? Role::right : Role::left,
                    block_of(packed_rows, first));
    });
    // With few rows, which stay in the core's cache, a small panel does; with many a large one meets each that comes
    // by.
    const bool few = packed_rows.numel() <= std::int64_t{1} << 18;
    const std::int64_t panel_dwords = std::int64_t{1} << (few ? 16 : 18);
    const std::int64_t column_blocks = blocks_of(columns.outer);
    const std::int64_t most = std::max<std::int64_t>(1, panel_dwords / (depth * split::block_dwords));
    const std::int64_t threads = at::get_num_threads();
    const std::int64_t panels = (column_blocks + most * threads - 1) / (most * threads) * threads;
    at::parallel_for(0, panels, 1, [&](std::int64_t first_panel, std::int64_t last_panel) {
        const split::Tiles tiles;
        const at::Tensor panel = packed_blocks(most, depth);
        for (std::int64_t p = first_panel; p < last_panel; ++p) {
            const std::int64_t first = p * column_blocks / panels;
            const std::int64_t count = (p + 1) * column_blocks / panels - first;
            split::pack(columns, first, count, out.left_is_columns ? Role::left : Role::right, block_of(panel, 0));
            const std::int32_t* row = block_of(packed_rows, 0);
            for (std::int64_t i = 0; i < row_blocks; ++i, row += packed_rows.stride(0)) {
                const std::int32_t* column = block_of(panel, 0);
                for (std::int64_t j = 0; j < count; ++j, column += panel.stride(0)) {
                    if (out.left_is_columns) {
                        split::product(out, first + j, i, column, row, depth);
                    } else {
                        split::product(out, i, first + j, row, column, depth);
                    }
                }
            }
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
    return weight.stride(1) == 1 ? x.size(0) >= 48 : x.size(0) >= 512 && x.size(1) <= 4096;
}

at::Tensor split_product(const at::Tensor& x, const at::Tensor& weight) {
    constexpr std::int64_t deepest = 768;  // several packed blocks of more do not fit into a core's cache
    at::Tensor out = at::empty({x.size(0), weight.size(0)}, x.options());
    const split::Matrix rows = matrix_of(x);
    const split::Matrix columns = matrix_of(weight);
    for (std::int64_t first = 0; first < rows.depth; first += deepest) {
        const std::int64_t depth = std::min(deepest, rows.depth - first);
        multiply({out.mutable_data_ptr<float>(), rows.outer, columns.outer, columns.depth_contiguous, first > 0},
                 deeper(rows, first, depth), deeper(columns, first, depth));
    }
    return out;
}

}  // namespace anabranch::lm::kernels
