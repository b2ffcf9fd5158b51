#include <anabranch/error.h>
#include <anabranch/node.h>
#include <doctest/doctest.h>
#include <elf.h>
#include <framework/host/library.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

fs::path folder(const std::string& name) {
    return fs::path(ANABRANCH_TEST_PLUGINS) / name;
}

/// The message of what is wrong with these folders; empty when nothing is.
std::string problem(const std::vector<fs::path>& folders) {
    try {
        static_cast<void>(Host::load(folders));
        return "";
    } catch (const Error& error) {
        return error.what();
    }
}

std::string problem_of(const std::string& name) {
    return problem({folder(name)});
}

bool holds(const std::string& text, const std::vector<std::string>& parts) {
    for (const auto& part : parts) {
        if (text.find(part) == std::string::npos) return false;
    }
    return true;
}

std::string bytes_of_good() {
    std::ifstream good(folder("good") / "good.so", std::ios::binary);
    return {std::istreambuf_iterator<char>(good), {}};
}

/// A folder with one file, gone with the test.
class FileFolder {
  public:
    FileFolder(const std::string& name, const std::string& content)
        : path_(fs::path(ANABRANCH_TEST_PLUGINS) / ("made-" + name)) {
        fs::create_directories(path_);
        std::ofstream(path_ / (name + ".so"), std::ios::binary) << content;
    }
    ~FileFolder() { fs::remove_all(path_); }
    FileFolder(const FileFolder&) = delete;
    FileFolder& operator=(const FileFolder&) = delete;
    [[nodiscard]] const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

}  // namespace

TEST_CASE("a good plugin is loaded and its types work") {
    const Host host = Host::load({folder("good"), folder("good")});
    REQUIRE(host.plugins().size() == 1);
    CHECK(host.plugins().front().name == "good");
    CHECK(host.node_names() == std::vector<std::string>{"test.numbers", "test.sum", "test.train"});
    CHECK(host.resource_names() == std::vector<std::string>{"test.counter"});
    CHECK(host.worker_hooks().size() == 1);
    const auto type = host.find_node("test.numbers");
    REQUIRE(type);
    CHECK(type.plugin->name == "good");
    const auto node = type.type->make(Parameters(type.type->spec.parameters, {}));
    Call call(Call::Setup{.sequence = 2});
    node->process(call);
    REQUIRE(call.emissions().size() == 1);
    CHECK(std::move(call.emissions().front().packet).build().values<std::int64_t>("number")[0] == 2);
    CHECK_FALSE(host.find_node("test.counter"));
    CHECK(host.find_resource("test.counter"));
}

TEST_CASE("what a plugin made may outlive the host") {
    std::unique_ptr<Node> node;
    {
        const Host host = Host::load({folder("good")});
        node = host.find_node("test.numbers")
                   .type->make(Parameters(host.find_node("test.numbers").type->spec.parameters, {}));
    }
    Call call(Call::Setup{});
    node->process(call);
    CHECK(call.emissions().size() == 1);
}

TEST_CASE("files that are no libraries are named") {
    const FileFolder text("text", "this is not a library");
    CHECK(holds(problem({text.path()}), {"text.so", "cannot be loaded", "not a shared library"}));
    const FileFolder empty("empty", "");
    CHECK(holds(problem({empty.path()}), {"empty.so", "cannot be loaded", "not a shared library"}));
    const FileFolder torn("torn", bytes_of_good().substr(0, 4096));
    CHECK(holds(problem({torn.path()}), {"torn.so", "cannot be loaded", "cut short"}));
}

TEST_CASE("a library of another processor is named as that") {
    std::string bytes = bytes_of_good();
    bytes.at(offsetof(Elf64_Ehdr, e_machine)) = static_cast<char>(EM_RISCV);
    const FileFolder other("other_machine", bytes);
    CHECK(holds(problem({other.path()}), {"other_machine.so", "another kind of processor", "build it again"}));
}

TEST_CASE("a library that is missing is named with how to find it") {
    CHECK(holds(problem_of("missing_library"),
                {"missing_library.so", "needs the library libtest_library_absent.so", "LD_LIBRARY_PATH"}));
}

TEST_CASE("a library of a newer system is told to be built again") {
    const std::string newer = "/lib/libstdc++.so.6: version `GLIBCXX_9.9' not found (required by a.so)";
    CHECK(holds(explain_link_error(newer, "a.so"), {"GLIBCXX_9.9", "build it again here"}));
}

TEST_CASE("a library that is no plugin is named") {
    CHECK(holds(problem_of("no_record"),
                {"no_record.so", "not an Anabranch plugin", "anabranch_abi", "ANABRANCH_PLUGIN"}));
    CHECK(holds(problem_of("other_magic"),
                {"other_magic.so", "not an Anabranch plugin", "\"somebody\"", "\"anabrnch\""}));
}

TEST_CASE("a missing symbol is told by its readable name") {
    CHECK(holds(problem_of("undefined_symbol"), {"undefined_symbol.so", "missing::function(char const*)",
                                                 "_ZN7missing8functionEPKc", "link the library"}));
}

TEST_CASE("a plugin that was built otherwise is refused before anything of it runs, both sides told") {
    const AbiRecord ours = abi_record("");
    CHECK(holds(problem_of("other_size"), {"other_size.so", "another version of the plugin interface"}));
    const auto version = [](const std::string& who, std::uint32_t major, std::uint32_t minor) {
        return cat(who, " has ", major, ".", minor);
    };
    const std::string own = version("this program", api_major, api_minor);
    CHECK(holds(problem_of("newer_major"), {"newer_major.so", version("the plugin", api_major + 1, api_minor), own}));
    CHECK(holds(problem_of("newer_minor"), {"newer_minor.so", version("the plugin", api_major, api_minor + 1), own}));
    CHECK(holds(problem_of("other_compiler"), {"other_compiler.so", "compiler", "9.9.9", ours.compiler}));
    CHECK(
        holds(problem_of("other_library"), {"other_library.so", "standard library", "libc++", ours.standard_library}));
}

TEST_CASE("an older minor version and several differences") {
    AbiRecord theirs = abi_record("");
    AbiRecord ours = theirs;
    CHECK(abi_problem(theirs, ours).empty());
    ours.api_minor += 1;
    CHECK(abi_problem(theirs, ours).empty());
    theirs.api_major += 1;
    theirs.compiler[0] = '?';
    CHECK(holds(abi_problem(theirs, ours), {"version of the plugin interface", "; compiler"}));
}

TEST_CASE("two plugins with different libtorch do not go together") {
    CHECK(problem_of("torch_one").empty());
    CHECK(holds(problem({folder("torch_one"), folder("good"), folder("torch_two")}),
                {"torch_two.so", "libtorch 2.2.0", "torch_one.so", "2.1.0"}));
}

TEST_CASE("two plugins with one type name do not go together") {
    CHECK(holds(problem({folder("good"), folder("same_type")}), {"test.numbers", "good.so", "same_type.so"}));
}

TEST_CASE("a plugin that fails to register or contradicts itself is named") {
    CHECK(holds(problem_of("throwing"), {"throwing.so", "the licence server is asleep"}));
    CHECK(holds(problem_of("throwing_other"), {"throwing_other.so", "the licence server is asleep"}));
    CHECK(holds(problem_of("throwing_number"), {"throwing_number.so", "not an exception of the C++ standard library"}));
    CHECK(holds(problem_of("contradiction"),
                {"contradiction.so", "test.contradiction", "default of parameter 'size'", "at least 1"}));
}

TEST_CASE("a plugin folder that does not exist is named") {
    CHECK(holds(problem({"/no/such/folder"}), {"/no/such/folder", "plugin folder"}));
}

}  // namespace anabranch::framework
