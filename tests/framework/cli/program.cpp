#include "framework/cli/program.h"

#include <anabranch/error.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace anabranch::framework {

namespace fs = std::filesystem;

ProgramResult Program::run(const std::string& arguments, const std::string& environment, const std::string& out) const {
    const std::string command =
        cat("cd '", folder().string(), "' || exit 125; env -u ANABRANCH_PLUGIN_PATH ", environment, " '",
            ANABRANCH_PROGRAM, "' ", arguments, " > ", out, " 2> err.txt < /dev/null");
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read("out.txt"), read("err.txt")};
}

void Program::write(const std::string& name, std::string_view text) const {
    std::ofstream(folder() / name, std::ios::binary) << text;
}

std::string Program::read(const std::string& name) const {
    std::ifstream stream(folder() / name, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

}  // namespace anabranch::framework
