#pragma once

#include <filesystem>
#include <functional>

namespace anabranch::framework {

/// A file or folder that appears whole or not at all: `make` makes it beside `target`, it is synced and renamed.
/// `target` must not exist; its parent is made. When anything throws, what was made is removed.
void write_whole(const std::filesystem::path& target, const std::function<void(const std::filesystem::path&)>& make);

/// The same of a folder that is there already, empty, for `fill` to write into.
void write_directory(const std::filesystem::path& target,
                     const std::function<void(const std::filesystem::path&)>& fill);

/// Removes a folder, under another name first: one that is half removed must not look whole.
void remove_directory(const std::filesystem::path& folder);

/// Removes what a process that was killed had begun to write in `folder`: names like ".NAME.partial". Nothing where
/// there is no such folder. Nobody may be writing there.
void remove_partials(const std::filesystem::path& folder);

}  // namespace anabranch::framework
