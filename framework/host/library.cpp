#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <dlfcn.h>
#include <framework/host/library.h>
#include <framework/host/torn_file.h>

#include <boost/dll/shared_library.hpp>
#include <cstring>

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
        throw Error(cat("plugin ", file.string(), " cannot be loaded: ", explain_link_error(problem.what(), file)));
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
        throw Error(cat(file.string(), " is not an Anabranch plugin: its record 'anabranch_abi' begins with ",
                        json_quote({record.magic, sizeof record.magic}),
                        ", expected \"anabrnch\"; let ANABRANCH_PLUGIN or ANABRANCH_PLUGIN_TABLE make it"));
    }
    if (record.size != sizeof(AbiRecord)) {
        throw Error(cat("plugin ", file.string(),
                        " was built with another version of the plugin interface: its record has ", record.size,
                        " bytes, this program's has ", sizeof(AbiRecord), "; build it again with the installed SDK"));
    }
    std::memcpy(&record, bytes, sizeof record);
    return record;
}

/// Whatever a plugin throws comes out as an Error.
void call_entry(const Library& library, Registry& registry) {
    try {
        library.get<void(Registry&)>("anabranch_register")(registry);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& problem) {
        throw Error(problem.what());
    } catch (...) {
        throw Error("it threw something that is not an exception of the C++ standard library");
    }
}

}  // namespace

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
    with_context([&] { return cat("plugin ", path.string(), " failed to say what it has"); },
                 [&] { call_entry(library, plugin.registry); });
    return plugin;
}

}  // namespace anabranch::framework
