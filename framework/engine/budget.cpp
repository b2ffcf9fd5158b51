#include <anabranch/error.h>
#include <framework/engine/budget.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace anabranch::framework {
namespace {

std::string counted(int count, const char* noun) {
    return cat(count, " ", noun, count == 1 ? "" : "s");
}

}  // namespace

std::string Budget::text() const {
    std::string text =
        cat(counted(workers, "worker"), " x ", counted(threads, "thread"), " on ", counted(cores, "core"));
    if (workers * threads > cores) text += " (more threads than cores: expect it to be slower)";
    return text;
}

int usable_cores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? std::max(1, CPU_COUNT(&set)) : 1;
    // A container's limit ("200000 100000", or "max 100000") does not show in the affinity.
    std::ifstream file("/sys/fs/cgroup/cpu.max");
    double quota = 0;
    double period = 0;
    if (file >> quota >> period && quota > 0 && period > 0) {
        cores = std::clamp(static_cast<int>(std::ceil(quota / period)), 1, cores);
    }
    return cores;
}

Budget settle_budget(int workers, int threads, int cores) {
    if (workers < 0 || threads < 0) throw Error("--workers and --threads are at least 1, or 0 to choose");
    Budget budget{.workers = std::max(1, workers), .threads = threads, .cores = cores};
    if (threads == 0) budget.threads = std::max(1, cores / budget.workers);
    return budget;
}

}  // namespace anabranch::framework
