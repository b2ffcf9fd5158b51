#include <framework/cli/output.h>
#include <framework/graph/codes.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <cctype>
#include <iostream>
#include <memory>

namespace anabranch::framework {
namespace {

int explain(std::string wanted) {
    std::ranges::transform(wanted, wanted.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    std::vector<std::string> known;
    for (const CodeText& text : all_codes()) {
        known.push_back(name_of(text.code));
        if (known.back() != wanted) continue;
        std::cout << wanted << ": " << text.title << (text.severity == Severity::warning ? " (warning)" : "") << "\n\n"
                  << text.explanation << "\n";
        return exit_done;
    }
    std::cerr << "anabranch: error: " << unknown_name("code", wanted, known) << "\n  codes look like A0107\n";
    return exit_usage;
}

}  // namespace

void add_explain(CLI::App& program, Action& action) {
    auto code = std::make_shared<std::string>();
    CLI::App* command = program.add_subcommand("explain", "Explains an error code such as A0107");
    command->add_option("CODE", *code, "The code")->required();
    command->callback([&action, code] { action = [code] { return explain(*code); }; });
}

}  // namespace anabranch::framework
