#pragma once

#include <anabranch/state.h>
#include <framework/state/packet_file.h>

#include <filesystem>

namespace anabranch::framework {

/// Writes what a node remembers as a packet file with a packet for each entry, named and in the order of the names. The
/// file appears whole or not at all, also when one stands there. `description` is added to what the file says of
/// itself.
void write_state(const std::filesystem::path& path, const State& state, Description description = {});

/// Takes it back. Throws an Error with the file and the byte when it is not, to the last byte, what was written.
[[nodiscard]] State read_state(const std::filesystem::path& path);
/// The same with the description.
[[nodiscard]] State read_state(const std::filesystem::path& path, Description& description);

}  // namespace anabranch::framework
