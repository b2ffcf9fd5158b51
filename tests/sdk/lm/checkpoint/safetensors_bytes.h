#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// A safetensors file by hand, right or wrong: the header's length, the header, and so many bytes 0, 1, 2, ... of data.
inline std::vector<std::byte> safetensors_bytes(std::string_view header, std::size_t data_bytes) {
    const std::uint64_t size = header.size();
    std::vector<std::byte> bytes(8 + header.size() + data_bytes);
    std::memcpy(bytes.data(), &size, 8);
    std::memcpy(bytes.data() + 8, header.data(), header.size());
    for (std::size_t i = 0; i < data_bytes; ++i) bytes[8 + header.size() + i] = static_cast<std::byte>(i);
    return bytes;
}

inline constexpr std::string_view small_safetensors_header =
    R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
    R"("a":{"dtype":"U8","shape":[3],"data_offsets":[8,11]},)"
    R"("none":{"dtype":"I64","shape":[0,4],"data_offsets":[11,11]}} )";
