#pragma once

#include <framework/state/packet_file.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

/// The bytes of packet files, as docs/packet-files.md describes them. Numbers are little-endian.
namespace anabranch::framework::packet_format {

static_assert(std::endian::native == std::endian::little, "arrays and numbers are copied as they are");

/// Not text for any program, and spoilt by whoever changes line ends.
inline constexpr std::array<unsigned char, 8> magic{0x89, 'A', 'B', 'P', '\r', '\n', 0x1A, '\n'};
inline constexpr std::uint32_t version = 1;
inline constexpr std::size_t header_bytes = 24;  ///< before the description
inline constexpr std::size_t head_bytes = 32;    ///< of a record, before its body
inline constexpr std::string_view packet_marker = "PACK";
inline constexpr std::string_view end_marker = "DONE";
inline constexpr std::size_t alignment = 64;  ///< of array data from the start of a body

inline constexpr std::uint64_t most_description_bytes = std::uint64_t{1} << 22;
inline constexpr std::uint32_t most_columns = 4096;
inline constexpr std::size_t most_dimensions = 64;
/// Rows that no byte stands behind: of arrays with a dimension of 0.
inline constexpr std::int64_t most_empty_rows = std::int64_t{1} << 20;

enum class Kind : std::uint8_t { strings = 1, array = 2, ragged = 3 };

using Sink = std::function<void(std::span<const std::byte>)>;

/// CRC-32 (IEEE 802.3) of bytes that come in pieces; `before`: of what came earlier.
[[nodiscard]] std::uint32_t crc32(std::span<const std::byte> bytes, std::uint32_t before = 0);

void put_header(const Description& description, const Sink& sink);
/// Throws, before anything goes to `sink`, for a packet that the format cannot hold: arrays in GPU memory, texts that
/// are not UTF-8, too many columns or dimensions.
void put_packet(std::uint64_t sequence, std::string_view name, const Packet& packet, const Sink& sink);
void put_end(std::uint64_t packets, const Sink& sink);

struct Head {
    std::string_view marker;  ///< into the bytes given
    std::uint32_t body_crc = 0;
    std::uint64_t sequence = 0;
    std::uint64_t body_bytes = 0;
    std::uint32_t columns = 0;
};
/// Of `head_bytes` bytes. Throws when their checksum is another one.
[[nodiscard]] Head take_head(std::span<const std::byte> bytes);

/// The packet in a body whose checksum was right. `at`: where the body begins in the file, for errors, which begin with
/// "byte N: ". Arrays share `body`.
[[nodiscard]] StoredPacket take_packet(const Head& head, const std::shared_ptr<const std::byte>& body,
                                       std::uint64_t at);

/// The description's JSON: an object of texts.
[[nodiscard]] Description take_description(std::string_view json);

}  // namespace anabranch::framework::packet_format
