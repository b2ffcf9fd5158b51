#pragma once

#include <filesystem>
#include <functional>

namespace anabranch::framework {

/// A folder that appears whole or not at all: `fill` writes into a new one beside `target`, which is synced and
/// renamed. `target` must not exist; its parent is made. When anything throws, the new folder is removed.
void write_directory(const std::filesystem::path& target,
                     const std::function<void(const std::filesystem::path&)>& fill);

}  // namespace anabranch::framework
