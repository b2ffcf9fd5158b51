#pragma once

#include <cstdint>

/// What `split_product` is made of: matrices of float32 as tiles of bfloat16 parts, and the product of two blocks of
/// them. Only for CPUs with AMX.
namespace anabranch::lm::kernels::split {

inline constexpr std::int64_t block = 32;                              ///< rows of a block, two tiles; and its depth
inline constexpr std::int64_t parts = 3;                               ///< of a number
inline constexpr std::int64_t products = 6;                            ///< of parts, that make one of numbers
inline constexpr std::int64_t tile_dwords = 256;                       ///< 16 x 16 pairs of bfloat16
inline constexpr std::int64_t block_dwords = parts * 2 * tile_dwords;  ///< packed, of one depth block
inline constexpr std::int64_t block_lines = block_dwords / 16;         ///< of the cache

/// `outer` rows of `depth` numbers; a product's results are sums over the depth.
struct Matrix {
    const float* data;
    std::int64_t outer;
    std::int64_t depth;
    std::int64_t stride;  ///< from row to row, or, when not `depth_contiguous`, from depth to depth
    bool depth_contiguous;
};

/// The two operands of AMX's product are laid out each in its way. A matrix whose depth is contiguous is quickest made
/// the left one, any other the right one.
enum class Role { left, right };

/// `count` blocks of 32 rows from block `first` on, as parts: into `packed`, block after block, each of as many
/// block_dwords as it has depth blocks. What is past the edges is zero.
void pack(const Matrix& matrix, std::int64_t first, std::int64_t count, Role role, std::int32_t* packed);

/// Sets AMX's tiles up for this thread.
class Tiles {
  public:
    Tiles();
    ~Tiles();
    Tiles(const Tiles&) = delete;
    Tiles& operator=(const Tiles&) = delete;
};

/// [rows, columns] row-major.
struct Out {
    float* data;
    std::int64_t rows;
    std::int64_t columns;
    bool left_is_columns;  ///< the left operand's rows are the columns; else they are the rows
    bool add;              ///< to what is there
};

/// Memory that will be needed soon and is far away: each of the `products` of a depth block fetches some `lines` of it.
struct Soon {
    const std::int32_t* from;
    std::int64_t lines;
};

/// The sums over the whole depth of a block of the left operand with one of the right. `soon` moves on.
void product(const Out& out, std::int64_t left_block, std::int64_t right_block, const std::int32_t* left,
             const std::int32_t* right, std::int64_t depth_blocks, Soon& soon);

}  // namespace anabranch::lm::kernels::split
