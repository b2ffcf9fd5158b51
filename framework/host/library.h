#pragma once

#include <anabranch/abi.h>
#include <framework/host/host.h>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace anabranch::framework {

/// Loads plugins, one after the other, and compares each with the host and with those before it.
class LibraryLoader {
  public:
    /// Throws an Error that names the file and says what is wrong with it. The library stays loaded for good.
    [[nodiscard]] Plugin load(const std::filesystem::path& file);

  private:
    std::string torch_;                  ///< version that the plugins so far were built with
    std::filesystem::path torch_owner_;  ///< the first of them
};

/// What keeps a library with this record from being used; empty when nothing does.
[[nodiscard]] std::string abi_problem(const AbiRecord& theirs, const AbiRecord& ours);

/// What the dynamic linker said about `file`, for people: what is missing, symbols demangled, and how to mend it.
[[nodiscard]] std::string explain_link_error(const std::string& text, const std::filesystem::path& file);

}  // namespace anabranch::framework
