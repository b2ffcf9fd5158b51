#include <framework/graph/code_texts.h>
#include <framework/graph/codes.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace anabranch::framework {

std::span<const CodeText> all_codes() {
    return code_texts;
}

const CodeText& code_text(Code code) {
    const auto found = std::ranges::find(code_texts, code, &CodeText::code);
    if (found == code_texts.end()) throw std::logic_error("a diagnostic code has no text");
    return *found;
}

std::string name_of(Code code) {
    constexpr int four_digits = 10'000;
    std::string name = std::to_string(four_digits + static_cast<int>(code));
    name.front() = 'A';
    return name;
}

}  // namespace anabranch::framework
