#pragma once

#include <anabranch/registry.h>

#include <filesystem>
#include <memory>

namespace anabranch::framework {

/// A source that gives the packets of a file, on an output like `given`, in the place of the node that gave them. A
/// file whose end is missing ends the stream where it ends, and says so.
[[nodiscard]] std::unique_ptr<NodeType> recorded_source(const Port& given, std::filesystem::path file);

}  // namespace anabranch::framework
