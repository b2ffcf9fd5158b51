#pragma once

#include <framework/engine/call_times.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace anabranch::framework {

/// What is known of a call once it has returned.
struct CallRecord {
    /// The packets that one output gave.
    struct Given {
        std::uint64_t first = 0;  ///< the number of the first one, on the node's output clock
        std::uint64_t packets = 0;
        std::int64_t rows = 0;
    };
    std::size_t node = 0;
    std::uint64_t sequence = 0;
    bool last = false;  ///< the end of the stream, no packet
    double seconds = 0;
    std::map<std::string, double, std::less<>> metrics{};
    std::vector<std::string> lines{};
    CallTimes times{};
    double save_seconds = 0;     ///< that a checkpoint took after the body
    std::vector<Given> given{};  ///< by output
};

/// Told about every call, from the thread that runs it: implementations are thread-safe.
class Observer {
  public:
    virtual ~Observer() = default;
    virtual void started(std::size_t node, std::uint64_t sequence) = 0;
    /// Calls that failed or that ended a source do not count as finished packets: they are not told, or as `last`.
    virtual void finished(CallRecord record) = 0;
    /// Instead of `finished`, for a call that threw; `seconds` are of its body so far.
    virtual void failed(CallRecord record) = 0;
    /// After the run: the node was closed.
    virtual void closed(std::size_t node, Instant started, double seconds) = 0;
};

}  // namespace anabranch::framework
