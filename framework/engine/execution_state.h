#pragma once

#include <framework/engine/execution.h>

#include <filesystem>

namespace anabranch::framework {

/// Writes what an execution holds between calls into `folder`, for `restore_execution`: what each node remembers, the
/// resources that nodes write, the packets and versions that wait at joins, the streams of side inputs. Call while
/// nothing runs. `previous`: an earlier such folder of this run with the same side streams, of which the file is
/// shared; empty: none. Throws with the place in the graph.
void save_execution(const Execution& execution, const Plan& plan, const ResourceStore& resources,
                    const std::filesystem::path& folder, const std::filesystem::path& previous = {});

/// Takes it back, before anything has run. A plan whose nodes or edges are not those of the save is an Error.
void restore_execution(Execution& execution, const Plan& plan, ResourceStore& resources,
                       const std::filesystem::path& folder);

/// Whether every stream that a side input takes is there whole.
[[nodiscard]] bool sides_whole(const Execution& execution);

}  // namespace anabranch::framework
