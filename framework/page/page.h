#pragma once

#include <framework/page/run_data.h>

#include <string>
#include <vector>

namespace anabranch::framework {

/// One HTML page, complete in itself, on the runs: several are the stages of a chain.
[[nodiscard]] std::string page_text(const std::vector<RunData>& runs, const std::string& title);

}  // namespace anabranch::framework
