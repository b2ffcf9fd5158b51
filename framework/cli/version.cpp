#include <anabranch/abi.h>
#include <framework/cli/command_line.h>

#include <CLI/App.hpp>
#include <iostream>

namespace anabranch::framework {

void add_version(CLI::App& program, Action& action) {
    CLI::App* command = program.add_subcommand("version", "Shows the version, and what plugins must be built with");
    command->callback([&action] {
        action = [] {
            const AbiRecord record = abi_record("");
            std::cout << "anabranch " << ANABRANCH_VERSION << "\nplugin interface " << record.api_major << "."
                      << record.api_minor << "\ncompiler " << record.compiler << "\nstandard library "
                      << record.standard_library << "\n";
            return exit_done;
        };
    });
}

}  // namespace anabranch::framework
