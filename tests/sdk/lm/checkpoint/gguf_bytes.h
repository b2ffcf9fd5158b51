#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Writes the bytes of a GGUF file by hand, right or wrong, for the tests.
class GgufBytes {
  public:
    template <typename Number>
    GgufBytes& number(Number value) {
        return raw({reinterpret_cast<const char*>(&value), sizeof(Number)});
    }
    GgufBytes& u32(std::uint32_t value) { return number(value); }
    GgufBytes& u64(std::uint64_t value) { return number(value); }
    GgufBytes& string(std::string_view text) {
        u64(text.size());
        return raw(text);
    }
    GgufBytes& raw(std::string_view text) {
        bytes_.append(text);
        return *this;
    }
    GgufBytes& header(std::uint64_t tensors, std::uint64_t values, std::uint32_t version = 3) {
        return raw("GGUF").u32(version).u64(tensors).u64(values);
    }
    GgufBytes& tensor(std::string_view name, std::vector<std::uint64_t> dimensions, std::uint32_t type,
                      std::uint64_t offset) {
        string(name).u32(static_cast<std::uint32_t>(dimensions.size()));
        for (const std::uint64_t length : dimensions) u64(length);
        return u32(type).u64(offset);
    }
    GgufBytes& pad(std::size_t alignment = 32) {
        bytes_.resize((bytes_.size() + alignment - 1) / alignment * alignment);
        return *this;
    }
    GgufBytes& zeros(std::size_t count) {
        bytes_.resize(bytes_.size() + count);
        return *this;
    }

    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] std::vector<std::byte> bytes() const {
        const std::span<const std::byte> view = *this;
        return {view.begin(), view.end()};
    }
    [[nodiscard]] operator std::span<const std::byte>() const { return std::as_bytes(std::span(bytes_)); }

  private:
    std::string bytes_;
};

/// A small correct file with every kind of value and two tensors.
inline GgufBytes small_gguf() {
    GgufBytes file;
    file.header(2, 7);
    file.string("general.architecture").u32(8).string("llama");
    file.string("llama.block_count").u32(4).u32(2);
    file.string("llama.rope.freq_base").u32(6).number(10000.0F);
    file.string("flag").u32(7).number(std::uint8_t{1});
    file.string("tokens").u32(9).u32(8).u64(3).string("a").string("").string("\u00e9");
    file.string("types").u32(9).u32(5).u64(2).number(std::int32_t{-1}).number(std::int32_t{3});
    file.string("scores").u32(9).u32(6).u64(2).number(0.5F).number(-1.0F);
    file.tensor("plain", {3, 2}, 0, 0).tensor("quantised", {32, 1}, 8, 32).pad();
    for (int i = 0; i < 6; ++i) file.number(static_cast<float>(i));
    file.pad();
    file.number(std::uint16_t{0x3800});  // 0.5
    for (int i = 0; i < 32; ++i) file.number(static_cast<std::int8_t>(i - 16));
    return file;
}
