#include "framework/cli/program.h"

#include <doctest/doctest.h>
#include <framework/graph/codes.h>

namespace anabranch::framework {

TEST_CASE("wrong usage ends with 2 and help") {
    const Program program;
    for (const char* arguments : {"", "nonsense", "check", "run", "run g.yaml --engine fast", "run g.yaml --workers x",
                                  "run g.yaml --seed -1", "list extra", "inspect"}) {
        CAPTURE(arguments);
        const ProgramResult outcome = program.run(arguments);
        CHECK(outcome.code == 2);
        CHECK(outcome.out.empty());
        CHECK_FALSE(outcome.err.empty());
    }
}

TEST_CASE("--help tells every command") {
    const Program program;
    const ProgramResult outcome = program.run("--help");
    CHECK(outcome.code == 0);
    for (const char* command :
         {"run", "check", "graph", "list", "inspect", "explain", "export", "report", "schema", "docs", "version"}) {
        CHECK(outcome.out.find(std::string("\n  ") + command + " ") != std::string::npos);
    }
    CHECK(program.run("run --help").out.find("--engine") != std::string::npos);
}

TEST_CASE("version tells what plugins must fit") {
    const Program program;
    const ProgramResult outcome = program.run("version");
    CHECK(outcome.code == 0);
    CHECK(outcome.out.starts_with("anabranch "));
    CHECK(outcome.out.find("plugin interface 4.0\n") != std::string::npos);
}

TEST_CASE("every code is explained") {
    const Program program;
    for (const CodeText& text : {all_codes().front(), all_codes().back()}) {
        const ProgramResult outcome = program.run("explain " + name_of(text.code));
        CHECK(outcome.code == 0);
        CHECK(outcome.out.find(text.title) != std::string::npos);
        CHECK(outcome.out.find(text.explanation) != std::string::npos);
    }
    CHECK(program.run("explain a0152").code == 0);
    CHECK(program.run("explain A9999").code == 2);
    CHECK(program.run("explain A9999").err.starts_with("anabranch: error: there is no code 'A9999'"));
}

TEST_CASE("an output that cannot be written is an error") {
    const Program program;
    const ProgramResult outcome = program.run("version", "", "/dev/full");
    CHECK(outcome.code == 1);
    CHECK(outcome.err == "anabranch: error: the output could not be written\n");
}

}  // namespace anabranch::framework
