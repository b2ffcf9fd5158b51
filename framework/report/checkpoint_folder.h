#pragma once

#include <filesystem>
#include <string>

namespace anabranch::framework {

/// The folder of a checkpoint of the run in `run`: "best", or a step's "step-000100". An Error says what there is.
[[nodiscard]] std::filesystem::path checkpoint_folder(const std::filesystem::path& run, const std::string& name);

}  // namespace anabranch::framework
