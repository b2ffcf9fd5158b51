#pragma once

#include <anabranch/error.h>

#include <string>
#include <string_view>

namespace anabranch::tests {

/// The message of the Error that `body` must throw; "no error" when it throws none.
template <typename Body>
std::string error_of(Body&& body) {
    try {
        static_cast<void>(body());
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

inline bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace anabranch::tests
