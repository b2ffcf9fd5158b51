#pragma once

#include <algorithm>

namespace anabranch::framework {

/// When to say that a run which prints nothing is still at work: after half a minute, then at growing distances.
class Quiet {
  public:
    static constexpr double first = 30;
    static constexpr double longest = 600;

    /// Whether it is time for a word, `seconds` after the last line that was no such word.
    [[nodiscard]] bool due(double seconds) {
        if (seconds < next_) return false;
        next_ = seconds + std::min(seconds, longest);
        return true;
    }
    void reset() { next_ = first; }

  private:
    double next_ = first;
};

}  // namespace anabranch::framework
