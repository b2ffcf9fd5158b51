#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "anabranch/lm/json/json.h"

namespace anabranch::lm {

struct JsonArray {
    std::vector<std::size_t> items;
};

struct JsonObject {
    std::vector<std::string> keys;
    std::vector<std::size_t> members;
    std::vector<std::size_t> by_key;  // positions in `keys`, sorted by key
};

/// One value. Nodes name each other by index in the document, so that a path can be told from any of them.
struct Json::Node {
    std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, JsonArray, JsonObject> value;
    std::size_t parent = 0;  // the root is its own parent
    std::size_t place = 0;   // position among the parent's items or members
};

struct Json::Document {
    std::string source;
    std::vector<Node> nodes;
};

}  // namespace anabranch::lm
