#pragma once

#include <anabranch/error.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

#include "support/temporary_folder.h"

namespace anabranch::fuzz {

/// What the fuzzer made up.
class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size) : text_(reinterpret_cast<const char*>(data), size) {}
    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::span<const std::byte> bytes() const { return std::as_bytes(std::span(text_)); }
    /// The input as a file, for readers that take a path; the next call with the same name overwrites it.
    [[nodiscard]] std::string file(std::string_view name) const {
        static const tests::TemporaryFolder folder;
        return folder.write(name, text_);
    }

  private:
    std::string_view text_;
};

/// A finding, when it does not hold.
inline void require(bool holds, std::string_view what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
    std::abort();
}

/// Runs a reader: that it refuses the input by an Error is fine, all other exceptions are findings. Whether it took it.
template <typename Body>
bool accepts(Body body) {
    try {
        body();
        return true;
    } catch (const Error& error) {
        require(!std::string_view(error.what()).empty(), "an error says what is wrong");
        return false;
    }
}

}  // namespace anabranch::fuzz

/// Each target defines this one; 0 tells libFuzzer to keep the input if it reached something new.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
