#include <doctest/doctest.h>
#include <framework/report/console.h>

#include <sstream>

using namespace anabranch::framework;

TEST_CASE("on a terminal the status line is replaced, and finished lines stand above it") {
    std::ostringstream out;
    Console console(out, true);
    console.status({"step 1: rollout"});
    console.status({"step 1: update"});
    console.line("step 1/2");
    console.status({std::string(5000, 'x')});
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
    console.status({"step 1: rollout"});
    console.line("step 1/2");
    console.clear_status();
    CHECK(out.str() == "step 1/2\n");
}

TEST_CASE("a narrow terminal gets the parts of a status line that it has room for, the first one cut at a character") {
    std::ostringstream out;
    const std::vector<std::string> parts{"step 12/20", "rollout 1m05s", "ETA 2m21s", "", "kl 0.1"};
    const auto shown = [&](std::size_t width) {
        out.str({});
        Console(out, true, width).status(parts);
        return out.str().substr(4);
    };
    CHECK(shown(80) == "step 12/20  rollout 1m05s  ETA 2m21s  kl 0.1");
    CHECK(shown(45) == "step 12/20  rollout 1m05s  ETA 2m21s  kl 0.1");
    CHECK(shown(44) == "step 12/20  rollout 1m05s  ETA 2m21s");
    CHECK(shown(24) == "step 12/20  ETA 2m21s");
    CHECK(shown(6) == "step ");
    out.str({});
    Console(out, true, 4).status({"\u00e9\u00e9\u00e9\u00e9"});
    CHECK(out.str().substr(4) == "\u00e9\u00e9\u00e9");
}
