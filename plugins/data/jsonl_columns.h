#pragma once

#include <anabranch/column.h>
#include <anabranch/lm/data/jsonl.h>
#include <anabranch/port.h>

#include <string_view>
#include <vector>

namespace anabranch::data {

/// Columns of rows, "prompt: str, score: f32, ids: i64[~T]", as columns of packets of [B] rows. Types are str, bool,
/// i32, i64, f32, f64, and lists of i64 and f64 ([~T]); anything else is an Error with what there is.
[[nodiscard]] PortType parse_row_columns(std::string_view text);

/// What a reader must be asked for to fill a column of this type.
[[nodiscard]] lm::JsonlColumn jsonl_column(const ColumnType& type);

/// Value number `index` of each row, as a column. A number that an i32 cannot hold is an Error with the row.
[[nodiscard]] Column make_column(const ColumnType& type, const std::vector<std::vector<lm::JsonlValue>>& rows,
                                 std::size_t index);

}  // namespace anabranch::data
