#include <anabranch/error.h>
#include <framework/engine/budget.h>
#include <framework/report/machine.h>
#include <sys/utsname.h>

#include <fstream>

namespace anabranch::framework {
namespace {

/// What stands behind "NAME <blanks>:" in a file of /proc.
std::string value_in(const char* file, const std::string& name) {
    std::ifstream in(file);
    std::string line;
    while (std::getline(in, line)) {
        if (!line.starts_with(name)) continue;
        const auto colon = line.find(':');
        const auto value = line.find_first_not_of(" \t", colon == std::string::npos ? colon : colon + 1);
        return value == std::string::npos ? std::string() : line.substr(value);
    }
    return {};
}

}  // namespace

Machine this_machine() {
    Machine machine{.processor = value_in("/proc/cpuinfo", "model name"),
                    .cores = usable_cores(),
                    .version = ANABRANCH_VERSION,
                    .compiler = __VERSION__};
    const std::string memory = value_in("/proc/meminfo", "MemTotal");
    if (!memory.empty()) machine.memory = std::stoull(memory) * 1024;  // in kB
    utsname names{};
    if (uname(&names) == 0) machine.system = cat(names.sysname, " ", names.release, " ", names.machine);
    return machine;
}

}  // namespace anabranch::framework
