#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace anabranch {

/// What a plugin and its host must agree on before a C++ type crosses between them. Plain C layout, only appended to.
struct AbiRecord {
    char magic[8];  ///< "anabrnch"
    std::uint32_t size;
    std::uint32_t api_major;  ///< raised when a header here changes in a way that breaks built plugins
    std::uint32_t api_minor;
    char compiler[48];
    char standard_library[48];
    char torch[32];  ///< version of libtorch, empty for a plugin that does not link it
};

constexpr std::uint32_t api_major = 4;
constexpr std::uint32_t api_minor = 0;

namespace detail {
constexpr void copy_text(char* to, std::size_t room, std::string_view text) {
    for (std::size_t i = 0; i + 1 < room && i < text.size(); ++i) to[i] = text[i];
}
}  // namespace detail

/// The record of whoever includes this header. `torch` comes from the build of sdk/lm, empty without it.
constexpr AbiRecord abi_record(std::string_view torch) {
    AbiRecord record{};
    detail::copy_text(record.magic, sizeof record.magic + 1, "anabrnch");
    record.size = sizeof(AbiRecord);
    record.api_major = api_major;
    record.api_minor = api_minor;
    detail::copy_text(record.compiler, sizeof record.compiler, __VERSION__);
#if defined(_GLIBCXX_RELEASE) && _GLIBCXX_USE_CXX11_ABI
    detail::copy_text(record.standard_library, sizeof record.standard_library, "libstdc++ cxx11");
#elif defined(_GLIBCXX_RELEASE)
    detail::copy_text(record.standard_library, sizeof record.standard_library, "libstdc++ old");
#else
    detail::copy_text(record.standard_library, sizeof record.standard_library, "other");
#endif
    detail::copy_text(record.torch, sizeof record.torch, torch);
    return record;
}

}  // namespace anabranch
