#pragma once

#include <framework/host/host.h>

namespace anabranch::framework {

/// A host with toy node and resource types, shaped like those of a PPO pipeline. They can be checked, not run.
[[nodiscard]] Host toy_host();

}  // namespace anabranch::framework
