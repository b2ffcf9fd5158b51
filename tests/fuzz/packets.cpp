// Packet files, also with every checksum made right, or none but them would be tried: what is read can be written, and
// is then read as the same bytes.
#include <framework/state/packet_file.h>
#include <framework/state/packet_format.h>

#include <algorithm>
#include <cstring>

#include "input.h"

using namespace anabranch;
using namespace anabranch::framework;

namespace {

template <typename Number>
Number number_at(const std::string& bytes, std::size_t offset) {
    Number number;
    std::memcpy(&number, bytes.data() + offset, sizeof number);
    return number;
}

void put_checksum(std::string& bytes, std::size_t at, std::size_t from, std::size_t count) {
    const std::uint32_t sum = packet_format::crc32(std::as_bytes(std::span(bytes)).subspan(from, count));
    std::memcpy(bytes.data() + at, &sum, sizeof sum);
}

std::string with_right_checksums(std::string bytes) {
    if (bytes.size() < packet_format::header_bytes) return bytes;
    std::size_t at = packet_format::header_bytes;
    const std::size_t description = std::min<std::size_t>(number_at<std::uint32_t>(bytes, 12), bytes.size() - at);
    put_checksum(bytes, 16, at, description);
    put_checksum(bytes, 20, 0, 20);
    at += description;
    while (bytes.size() - at >= packet_format::head_bytes) {
        const std::size_t body = at + packet_format::head_bytes;
        const auto length = std::min<std::uint64_t>(number_at<std::uint64_t>(bytes, at + 16), bytes.size() - body);
        if (bytes.compare(at, 4, packet_format::end_marker) != 0) put_checksum(bytes, at + 4, body, length);
        put_checksum(bytes, at + 28, at, 28);
        at = body + length;
    }
    return bytes;
}

/// What the file holds, written anew; empty for a file that is refused or has no end.
std::string written_anew(const std::string& path) {
    std::string again;
    fuzz::accepts([&] {
        Description description;
        const auto packets = read_all(path, description);
        const tests::TemporaryFolder folder;
        PacketFileWriter writer(folder.path() / "again", description);
        for (const auto& stored : packets) writer.write(stored.sequence, stored.packet, stored.name);
        writer.finish();
        again = tests::content_of(folder.path() / "again");
    });
    return again;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const tests::TemporaryFolder folder;
    const fuzz::Input input(data, size);
    static_cast<void>(written_anew(input.file("raw.packets")));
    const std::string again =
        written_anew(folder.write("right.packets", with_right_checksums(std::string(input.text()))));
    if (!again.empty())
        fuzz::require(written_anew(folder.write("again.packets", again)) == again, "written anew, the same bytes");
    return 0;
}
