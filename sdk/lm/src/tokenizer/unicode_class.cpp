// This file and compose.cpp include utf8proc.
#include "unicode_class.h"

#include <utf8proc.h>

namespace anabranch::lm {

UnicodeClass unicode_class(std::int32_t code_point) {
    switch (utf8proc_category(code_point)) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
            return UnicodeClass::letter;
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO:
            return UnicodeClass::number;
        // White_Space is the separators and, of the control characters beyond ASCII, U+0085 alone.
        case UTF8PROC_CATEGORY_ZS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return UnicodeClass::space;
        default:
            return code_point == 0x85 ? UnicodeClass::space : UnicodeClass::other;
    }
}

Character detail::character_beyond_ascii(const char* bytes) {
    const auto bits = [&](int i) { return static_cast<std::int32_t>(static_cast<unsigned char>(bytes[i])); };
    const std::int32_t lead = bits(0);
    if (lead < 0xE0) return {unicode_class((lead & 0x1F) << 6 | (bits(1) & 0x3F)), 2};
    if (lead < 0xF0) {
        return {unicode_class((lead & 0x0F) << 12 | (bits(1) & 0x3F) << 6 | (bits(2) & 0x3F)), 3};
    }
    return {unicode_class((lead & 0x07) << 18 | (bits(1) & 0x3F) << 12 | (bits(2) & 0x3F) << 6 | (bits(3) & 0x3F)), 4};
}

}  // namespace anabranch::lm
