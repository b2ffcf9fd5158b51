#pragma once

#include <string_view>

namespace anabranch::framework {

/// The link to the best of a run's checkpoints, in its directory; it holds the same resources as `saved_folder`.
inline constexpr std::string_view best_folder = "best";

}  // namespace anabranch::framework
