// How fast a dump becomes pairs, and in how much memory: pairs_bench PATH [MEMORY_MB] [SPLIT]
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <string>

#include "anabranch/error.h"
#include "anabranch/lm/data/answer_pairs.h"

namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

int measure(const std::string& path, std::size_t memory, const std::string& split) {
    anabranch::lm::PairOptions options;
    options.sort.memory_bytes = memory << 20U;
    if (!split.empty()) options.question.split = anabranch::lm::parse_split(split);
    const auto start = std::chrono::steady_clock::now();
    anabranch::lm::PairReader reader(path, options);
    anabranch::lm::ScoredPair pair;
    std::uint64_t pairs = 0;
    std::uint64_t bytes = 0;
    double first = 0;
    while (reader.next(pair)) {
        if (pairs++ == 0) first = seconds_since(start);
        bytes += pair.question.size() + pair.response_j.size() + pair.response_k.size();
    }
    const double all = seconds_since(start);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const double processor = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    const auto& counts = reader.counts();
    std::cout << std::fixed << std::setprecision(1) << counts.rows << " rows, " << counts.questions << " questions, "
              << counts.answers << " answers, " << pairs << " pairs with " << static_cast<double>(bytes) / 1e6
              << " MB of text\n"
              << all << " s, the first pair after " << first << " s; " << processor << " s of processor time\n"
              << std::setprecision(0) << static_cast<double>(counts.rows) / all << " rows/s, "
              << static_cast<double>(counts.rows) / processor << " per second of processor time; peak memory "
              << usage.ru_maxrss / 1024 << " MiB, of which " << memory << " were allowed for sorting\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "usage: pairs_bench PATH [MEMORY_MB] [SPLIT]\n";
        return 2;
    }
    try {
        return measure(argv[1], argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 256, argc > 3 ? argv[3] : "");
    } catch (const anabranch::Error& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
