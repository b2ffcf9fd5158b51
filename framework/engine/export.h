#pragma once

#include <framework/graph/plan.h>

#include <filesystem>
#include <string>

namespace anabranch::framework {

/// What to take from an earlier run, and as what.
struct ExportRequest {
    std::size_t resource = 0;       ///< of the run's plan
    std::string view{};             ///< a part of it; empty: all
    std::filesystem::path saved{};  ///< what the run saved of it; empty: nothing, it is taken as it was made
    std::filesystem::path target{};
    ExportOptions options{};
};

/// Makes the resource with those that it is made from, and nothing else of the plan, takes back what was saved, and
/// writes it to `target`, which must not exist and appears whole or not at all.
void export_resource(const Plan& plan, const ExportRequest& request);

}  // namespace anabranch::framework
