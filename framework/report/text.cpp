#include <anabranch/error.h>
#include <framework/report/text.h>

#include <cmath>
#include <cstdio>
#include <fstream>

namespace anabranch::framework {
namespace {

template <typename... Values>
std::string format(const char* pattern, Values... values) {
    char text[64];
    const int length = std::snprintf(text, sizeof text, pattern, values...);
    return {text, static_cast<std::size_t>(length)};
}

}  // namespace

std::string duration_text(double seconds) {
    if (seconds < 5e-7) return "0 s";
    if (seconds < 0.0995) return format("%.2g ms", seconds * 1000);
    if (seconds < 0.995) return format("%.2g s", seconds);
    if (seconds < 99.95) return format("%.1f s", seconds);
    const auto whole = std::llround(seconds);
    if (whole < 3600) return format("%lldm%02llds", whole / 60, whole % 60);
    return format("%lldh%02lldm", whole / 3600, whole % 3600 / 60);
}

std::string bytes_text(std::uint64_t bytes) {
    const auto value = static_cast<double>(bytes);
    if (value >= 1e9) return format("%.1f GB", value / 1e9);
    if (value >= 1e6) return format("%.0f MB", value / 1e6);
    return format("%.0f kB", value / 1e3);
}

std::string metric_text(double value) {
    return format("%.3g", value);
}

std::string counted(std::uint64_t count, const std::string& noun) {
    return cat(count, " ", noun, count == 1 ? "" : "s");
}

std::uint64_t peak_memory() {
    std::ifstream status("/proc/self/status");
    std::string word;
    while (status >> word) {
        std::uint64_t kibibytes = 0;
        if (word == "VmHWM:" && status >> kibibytes) return kibibytes * 1024;
    }
    return 0;
}

}  // namespace anabranch::framework
