#pragma once

#include <string>

namespace anabranch::framework {

/// How many nodes run at once, and how many threads each of them may use.
struct Budget {
    int workers = 1;
    int threads = 1;
    int cores = 1;

    /// "1 worker x 2 threads on 2 cores", with a warning when that is more than the cores.
    [[nodiscard]] std::string text() const;
};

/// The cores that this process may use: its affinity and its cgroup's quota.
[[nodiscard]] int usable_cores();

/// Fills in what the caller left at 0, so that workers x threads <= cores: most of a pipeline is a chain, so by default
/// one node runs at a time and has all the cores. Throws for negative numbers.
[[nodiscard]] Budget settle_budget(int workers, int threads, int cores);

}  // namespace anabranch::framework
