#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::framework {

/// A checkpoint to resume from: a folder that is whole, with a list of checksums.
struct ResumePoint {
    std::uint64_t step = 0;  ///< of the main clock, completed
    std::filesystem::path folder{};
};

/// The checkpoints that a run can be resumed from: FOLDER/step-000014, and step-000014-2 for another one of that step.
class ResumePoints {
  public:
    /// `keep`: the last ones; earlier ones are removed when a later one is there.
    ResumePoints(std::filesystem::path folder, std::uint64_t keep) : folder_(std::move(folder)), keep_(keep) {}

    /// Writes one, whole or not at all, from what `fill` puts into an empty folder. Throws when it cannot.
    ResumePoint write(std::uint64_t step, const std::function<void(const std::filesystem::path&)>& fill) const;
    /// The newest one that is what was written; `problems` gets a line for each newer one that is not.
    [[nodiscard]] std::optional<ResumePoint> newest(std::vector<std::string>& problems) const;
    /// Removes all that are newer, and what a run that was killed has left half-written.
    void forget_after(const ResumePoint& point) const;

  private:
    /// From the oldest to the newest.
    [[nodiscard]] std::vector<ResumePoint> all() const;

    std::filesystem::path folder_;
    std::uint64_t keep_;
};

}  // namespace anabranch::framework
