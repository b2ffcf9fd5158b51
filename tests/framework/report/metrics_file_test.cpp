#include <anabranch/error.h>
#include <doctest/doctest.h>
#include <framework/report/metrics_file.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>

#include "framework/engine/run_helper.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;

TEST_CASE("metrics.jsonl has one object a step, names sorted, numbers that read back") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "metrics.jsonl";
    {
        MetricsFile file(path);
        file.write(1, 0.25, "", {{"b", 0.1}, {"a/\"x\"", -3}, {"c", std::nan("")}});
        CHECK(text_of_file(path) == "{\"step\": 1, \"wall_s\": 0.25, \"a/\\\"x\\\"\": -3, \"b\": 0.1, \"c\": null}\n");
        file.write(2, 1.23456789, "pack", {});
    }
    CHECK(text_of_file(path).ends_with("}\n{\"step\": 2, \"wall_s\": 1.234568, \"clock\": \"pack\"}\n"));
    CHECK_THROWS_WITH_AS(MetricsFile{path}, doctest::Contains("cannot create: File exists"), Error);
    CHECK_THROWS_WITH_AS(MetricsFile{folder.path() / "no/metrics.jsonl"}, doctest::Contains("No such file"), Error);
}

TEST_CASE("a full disk is an error and leaves whole lines only") {
    const TemporaryFolder folder;
    const auto path = folder.path() / "metrics.jsonl";
    MetricsFile file(path);
    file.write(1, 1, "", {{"a", 1}});
    const std::string first = text_of_file(path);
    // A limit on the size of files stands in for the disk: the second line fits by half.
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    const rlimit tight{first.size() + first.size() / 2, old.rlim_max};
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tight);
    std::string message;
    try {
        file.write(2, 2, "", {{"a", 2}});
    } catch (const Error& error) {
        message = error.what();
    }
    setrlimit(RLIMIT_FSIZE, &old);
    std::signal(SIGXFSZ, handler);
    CHECK(message.find("metrics.jsonl: cannot write: ") != std::string::npos);
    CHECK(text_of_file(path) == first);
}
