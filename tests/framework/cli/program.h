#pragma once

#include <support/temporary_folder.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace anabranch::framework {

/// What the real executable did.
struct ProgramResult {
    int code = -1;
    std::string out;
    std::string err;
};

/// Runs `anabranch ARGUMENTS` as a shell reads them, in a folder of its own that is gone with the object. The test's
/// plugin is the only one found.
class Program {
  public:
    /// `environment`: such as "NAME=value"; `out`: the file that gets standard output.
    [[nodiscard]] ProgramResult run(const std::string& arguments, const std::string& environment = "",
                                    const std::string& out = "out.txt") const;
    void write(const std::string& name, std::string_view text) const;
    [[nodiscard]] std::string read(const std::string& name) const;
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

  private:
    tests::TemporaryFolder folder_;
};

/// A graph of the test's plugin that runs.
inline constexpr std::string_view small_graph = R"(resources:
  counter: {type: test.counter}
nodes:
  numbers: {type: test.numbers}
  sum: {type: test.sum, in: numbers, scale: 2, counter: counter}
)";

}  // namespace anabranch::framework
