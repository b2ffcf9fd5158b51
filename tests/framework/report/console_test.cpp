#include <doctest/doctest.h>
#include <framework/report/console.h>

#include <sstream>

using namespace anabranch::framework;

TEST_CASE("on a terminal the status line is replaced, and finished lines stand above it") {
    std::ostringstream out;
    Console console(out, true);
    console.status("step 1: rollout");
    console.status("step 1: update");
    console.line("step 1/2");
    console.status(std::string(5000, 'x'));
    console.clear_status();
    console.clear_status();
    const std::string text = out.str();
    CHECK(text.starts_with("\r\033[Kstep 1: rollout\r\033[Kstep 1: update\r\033[Kstep 1/2\n\r\033[Kxxx"));
    CHECK(text.size() < 2000);  // a line that wraps could not be replaced
    CHECK(text.ends_with("xxx\r\033[K"));
}

TEST_CASE("elsewhere there are plain lines and nothing else") {
    std::ostringstream out;
    Console console(out, false);
    console.status("step 1: rollout");
    console.line("step 1/2");
    console.clear_status();
    CHECK(out.str() == "step 1/2\n");
}
