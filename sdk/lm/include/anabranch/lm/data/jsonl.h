#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "anabranch/lm/data/line_reader.h"

namespace anabranch::lm {

enum class JsonlType { string, integer, number, boolean, strings, integers, numbers };

/// "string", "integer", "number", "boolean", "strings", "integers" or "numbers"; else an Error that lists them.
[[nodiscard]] JsonlType parse_jsonl_type(std::string_view name);

struct JsonlColumn {
    std::string name;
    JsonlType type = JsonlType::string;
};

/// A value of the type that its column asks for, in JsonlType's order.
using JsonlValue = std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>,
                                std::vector<std::int64_t>, std::vector<double>>;

/// Where a JsonlReader stands; plain numbers, to be saved and given to `restore`.
struct JsonlPosition {
    LinePosition line;
    std::uint64_t rows = 0;  // read so far
    bool operator==(const JsonlPosition&) const = default;
};

/// Streams rows from a file of JSON objects, one a line; blank lines do not count. Of each object the columns asked
/// for are read, others are ignored. Errors name file and line. One thread at a time.
class JsonlReader {
  public:
    /// At least one column, no name twice.
    JsonlReader(const std::filesystem::path& path, std::vector<JsonlColumn> columns,
                std::size_t maximum_line_bytes = LineReader::default_maximum);

    /// The next row, one value a column in the order asked for; false at the end. A file without rows is an Error.
    bool next(std::vector<JsonlValue>& row);

    [[nodiscard]] const JsonlPosition& position() const { return position_; }
    void restore(const JsonlPosition& position);

  private:
    LineReader lines_;
    std::vector<JsonlColumn> columns_;
    JsonlPosition position_;
};

}  // namespace anabranch::lm
