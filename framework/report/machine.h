#pragma once

#include <cstdint>
#include <string>

namespace anabranch::framework {

/// Where and with what a run was made; what the system does not tell is empty or 0.
struct Machine {
    std::string processor;  ///< "AMD EPYC 9R14"
    int cores = 0;          ///< that the process may use
    std::uint64_t memory = 0;
    std::string system;   ///< "Linux 6.1.0 x86_64"
    std::string version;  ///< of this program
    std::string compiler;
};

[[nodiscard]] Machine this_machine();

}  // namespace anabranch::framework
