#include <anabranch/error.h>
#include <cxxabi.h>
#include <dlfcn.h>
#include <framework/host/library.h>
#include <framework/host/torn_file.h>

#include <array>
#include <boost/dll/shared_library.hpp>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace anabranch::framework {
namespace {

using Library = boost::dll::shared_library;

Library open(const std::filesystem::path& file) {
    if (is_torn_library(file)) {
        throw Error(cat("plugin ", file.string(), " cannot be loaded: the file is cut short; build or copy it again"));
    }
    // Objects made by a plugin may outlive every handle to it, so it is never unloaded.
    const auto mode = static_cast<boost::dll::load_mode::type>(RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    try {
        return Library(file.string(), mode);
    } catch (const std::exception& problem) {
        throw Error(cat("plugin ", file.string(), " cannot be loaded: ", explain_link_error(problem.what())));
    }
}

/// Read as bytes: until it is compared, nothing is known about the library.
AbiRecord read_record(const Library& library, const std::filesystem::path& file) {
    constexpr auto not_a_plugin =
        "is not an Anabranch plugin: it lacks ANABRANCH_PLUGIN or ANABRANCH_PLUGIN_TABLE (no symbol '";
    for (const char* symbol : {"anabranch_abi", "anabranch_register"}) {
        if (!library.has(symbol)) throw Error(cat(file.string(), " ", not_a_plugin, symbol, "')"));
    }
    const char* bytes = &library.get<const char>("anabranch_abi");
    const AbiRecord ours = abi_record("");
    AbiRecord record{};
    std::memcpy(&record, bytes, offsetof(AbiRecord, api_major));
    if (std::memcmp(record.magic, ours.magic, sizeof ours.magic) != 0) {
        throw Error(cat(file.string(),
                        " is not an Anabranch plugin: its record 'anabranch_abi' does not begin with \"anabrnch\""));
    }
    if (record.size != sizeof(AbiRecord)) {
        throw Error(cat("plugin ", file.string(),
                        " was built with another version of the plugin interface: its record has ", record.size,
                        " bytes, this program's has ", sizeof(AbiRecord), "; build it again with the installed SDK"));
    }
    std::memcpy(&record, bytes, sizeof record);
    return record;
}

}  // namespace

std::string explain_link_error(const std::string& text) {
    constexpr std::string_view introduction = "(dlerror system message: ";
    constexpr std::string_view undefined = "undefined symbol: ";
    std::string reason = text;
    if (const auto at = reason.find(introduction); at != std::string::npos) {
        reason = reason.substr(at + introduction.size());
        reason = reason.substr(0, reason.rfind(')'));
    }
    const auto at = reason.find(undefined);
    if (at == std::string::npos) return reason;
    const auto first = at + undefined.size();
    const std::string symbol = reason.substr(first, reason.find_first_of(" ,:)", first) - first);
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status), &std::free);
    return cat("it needs '", status == 0 ? name.get() : symbol.c_str(),
               "', which neither it nor a library that it links defines (symbol ", symbol, ")");
}

Plugin LibraryLoader::load(const std::filesystem::path& file) {
    const std::filesystem::path path = std::filesystem::absolute(file);
    const Library library = open(path);
    const AbiRecord record = read_record(library, path);
    if (const std::string problem = abi_problem(record, abi_record("")); !problem.empty()) {
        throw Error(cat("plugin ", path.string(), " does not fit this program: ", problem,
                        "; build it again with the installed SDK"));
    }
    const std::string torch(record.torch, strnlen(record.torch, sizeof record.torch));
    if (!torch.empty() && torch_.empty()) {
        torch_ = torch;
        torch_owner_ = path;
    }
    if (!torch.empty() && torch != torch_) {
        throw Error(cat("plugin ", path.string(), " was built with libtorch ", torch, ", and ", torch_owner_.string(),
                        " with ", torch_, "; one process cannot use both: build them with the same one"));
    }
    Plugin plugin{path.stem().string(), path, {}};
    with_context([&] { return cat("plugin ", path.string()); },
                 [&] { library.get<void(Registry&)>("anabranch_register")(plugin.registry); });
    return plugin;
}

}  // namespace anabranch::framework
