#include <doctest/doctest.h>
#include <framework/scaffold/plugin_folder.h>

#include <filesystem>

#include "framework/cli/program.h"

namespace anabranch::framework {

TEST_CASE("new plugin writes every file with the plugin's name in it, and says how to go on") {
    const Program program;
    const ProgramResult outcome = program.run("new plugin brevity");
    CHECK(outcome.code == 0);
    for (const auto& [file, text] : plugin_templates()) {
        CAPTURE(file);
        CHECK(outcome.out.find("brevity/" + std::string(file) + "\n") != std::string::npos);
        const std::string written = program.read("brevity/" + std::string(file));
        CHECK(written.size() > 40);
        CHECK(written.find("@NAME@") == std::string::npos);
        CHECK(written.find("@VERSION@") == std::string::npos);
    }
    CHECK(program.read("brevity/reward.cpp").find("\"brevity.reward\"") != std::string::npos);
    CHECK(outcome.out.find("cmake --build brevity/build\n") != std::string::npos);
    // This program runs from a build folder.
    CHECK(outcome.out.find("is not installed. First, there:\n  cmake --install ") != std::string::npos);
    CHECK(program.run("new plugin brevity").code == 1);
    CHECK(program.run("new plugin brevity --dir other").code == 0);
    CHECK(program.read("other/README.md") == program.read("brevity/README.md"));
}

TEST_CASE("what cannot name a plugin, or cannot be made, is refused and nothing is written") {
    const Program program;
    for (const char* name : {"Brevity", "3d", "_a", "a-b", "a.b", "a/b", "''", "anabranch", "früh"}) {
        CAPTURE(name);
        const ProgramResult outcome = program.run(std::string("new plugin ") + name);
        CHECK(outcome.code == 2);
        CHECK(outcome.err.find("name") != std::string::npos);
    }
    CHECK(program.run("new plugin a2_b --dir none/of/these").code == 1);
    CHECK(program.run("new").code == 2);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(program.folder())) files += entry.is_directory();
    CHECK(files == 0);
}

}  // namespace anabranch::framework
