#include <anabranch/error.h>
#include <framework/host/library.h>

#include <cstring>

namespace anabranch::framework {
namespace {

/// The text of a field that may lack its end.
template <std::size_t size>
std::string field(const char (&text)[size]) {
    return {text, strnlen(text, size)};
}

std::string version(const AbiRecord& record) {
    return cat(record.api_major, ".", record.api_minor);
}

}  // namespace

std::string abi_problem(const AbiRecord& theirs, const AbiRecord& ours) {
    std::string problems;
    const auto differ = [&](std::string_view what, const std::string& plugin, const std::string& host) {
        problems += cat(problems.empty() ? "" : "; ", what, ": the plugin has ", plugin, ", this program has ", host);
    };
    if (theirs.api_major != ours.api_major || theirs.api_minor > ours.api_minor) {
        differ("version of the plugin interface", version(theirs), version(ours));
    }
    if (field(theirs.compiler) != field(ours.compiler))
        differ("compiler", field(theirs.compiler), field(ours.compiler));
    if (field(theirs.standard_library) != field(ours.standard_library)) {
        differ("standard library", field(theirs.standard_library), field(ours.standard_library));
    }
    return problems;
}

}  // namespace anabranch::framework
