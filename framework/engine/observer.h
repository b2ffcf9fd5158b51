#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace anabranch::framework {

/// What is known of a call once it has returned.
struct CallRecord {
    std::size_t node = 0;
    std::uint64_t sequence = 0;
    bool last = false;  ///< the end of the stream, no packet
    double seconds = 0;
    std::map<std::string, double, std::less<>> metrics{};
    std::vector<std::string> lines{};
};

/// Told about every call, from the thread that runs it: implementations are thread-safe.
class Observer {
  public:
    virtual ~Observer() = default;
    virtual void started(std::size_t node, std::uint64_t sequence) = 0;
    /// Calls that failed or that ended a source do not count as finished packets: they are not told, or as `last`.
    virtual void finished(CallRecord record) = 0;
};

}  // namespace anabranch::framework
