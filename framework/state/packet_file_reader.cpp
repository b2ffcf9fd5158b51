#include <fcntl.h>
#include <framework/state/packet_file.h>
#include <framework/state/packet_format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>

namespace anabranch::framework {
namespace {

namespace format = packet_format;

std::string reason(int code) {
    return std::system_category().message(code);
}

template <typename T>
T number_at(std::span<const std::byte> bytes, std::size_t offset) {
    T value;
    std::memcpy(&value, bytes.subspan(offset, sizeof value).data(), sizeof value);
    return value;
}

/// Aligned, so that libraries whose bits depend on alignment compute what they did on tensors of their own.
std::shared_ptr<std::byte> make_block(std::size_t bytes) {
    constexpr std::align_val_t aligned{format::alignment};
    auto* block = static_cast<std::byte*>(::operator new(std::max<std::size_t>(bytes, 1), aligned));
    return {block, [](std::byte* memory) { ::operator delete(memory, aligned); }};
}

}  // namespace

PacketFileReader::PacketFileReader(std::filesystem::path path)
    : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (descriptor_ < 0) throw Error(cat(path_.string(), ": cannot open: ", reason(errno)));
    try {
        struct ::stat status {};
        if (::fstat(descriptor_, &status) != 0) throw Error(cat(path_.string(), ": cannot read: ", reason(errno)));
        if (!S_ISREG(status.st_mode)) throw Error(cat(path_.string(), ": this is no file, expected a packet file"));
        size_ = static_cast<std::uint64_t>(status.st_size);
        read_header();
    } catch (...) {
        ::close(descriptor_);
        throw;
    }
}

PacketFileReader::~PacketFileReader() {
    ::close(descriptor_);
}

std::string PacketFileReader::where(std::uint64_t offset) const {
    return cat(path_.string(), ": byte ", offset, ": ");
}

void PacketFileReader::read(std::uint64_t offset, std::byte* target, std::size_t count) const {
    while (count > 0) {
        const ::ssize_t got = ::pread(descriptor_, target, count, static_cast<::off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw Error(cat(where(offset), "cannot read: ", reason(errno)));
        if (got == 0) throw TornFile(cat(where(offset), "the file became shorter while it was read"));
        offset += static_cast<std::uint64_t>(got);
        target += got;
        count -= static_cast<std::size_t>(got);
    }
}

void PacketFileReader::read_header() {
    std::array<std::byte, format::header_bytes> header{};
    const auto there = static_cast<std::size_t>(std::min<std::uint64_t>(size_, header.size()));
    read(0, header.data(), there);
    const auto magic = std::as_bytes(std::span(format::magic));
    const std::size_t compared = std::min(there, magic.size());
    if (there == 0) throw TornFile(cat(path_.string(), ": the file is empty, expected a packet file"));
    if (!std::ranges::equal(std::span(header).first(compared), magic.first(compared)))
        throw Error(cat(path_.string(), ": this is no packet file: it does not begin as one (\\x89ABP)"));
    if (there < header.size())
        throw TornFile(cat(where(there), "the file ends in its header of ", header.size(), " bytes"));
    const auto checksum = number_at<std::uint32_t>(header, 20);
    const std::uint32_t expected = format::crc32(std::span(header).first(20));
    if (checksum != expected)
        throw Error(cat(where(20), "the header is altered: found the checksum ", checksum, ", expected ", expected));
    const auto version = number_at<std::uint32_t>(header, 8);
    if (version != format::version) {
        throw Error(cat(where(8), "found version ", version, " of packet files, expected ", format::version,
                        "; read it with the program that wrote it, or a newer one"));
    }
    const auto length = number_at<std::uint32_t>(header, 12);
    if (length > format::most_description_bytes) {
        throw Error(cat(where(12), "found a description of ", length, " bytes, expected at most ",
                        format::most_description_bytes));
    }
    if (length > size_ - header.size())
        throw TornFile(cat(where(size_), "the file ends in its description of ", length, " bytes"));
    std::string json(length, '\0');
    read(header.size(), reinterpret_cast<std::byte*>(json.data()), json.size());
    const std::uint32_t found = format::crc32(std::as_bytes(std::span(json)));
    if (found != number_at<std::uint32_t>(header, 16)) {
        throw Error(cat(where(header.size()), "the description is altered: found the checksum ", found, ", expected ",
                        number_at<std::uint32_t>(header, 16)));
    }
    at_ = header.size();
    description_ = with_context([&] { return cat(path_.string(), ": byte ", at_); },
                                [&] { return format::take_description(json); });
    at_ += json.size();
}

const std::string& PacketFileReader::say(std::string_view key) const {
    const auto found = description_.find(key);
    if (found == description_.end())
        throw Error(cat(path_.string(), ": its description has no '", key, "'; is it a file of another kind?"));
    return found->second;
}

void PacketFileReader::require_end(std::uint64_t packets) const {
    if (packets != packets_)
        throw Error(cat(where(at_), "the end record counts ", packets, " packets, and ", packets_, " are there"));
    const std::uint64_t end = at_ + format::head_bytes;
    if (end != size_)
        throw Error(cat(where(end), "found ", size_ - end, " bytes behind the end record, expected none"));
}

std::optional<StoredPacket> PacketFileReader::next() {
    if (finished_ || at_ == size_) return std::nullopt;
    if (size_ - at_ < format::head_bytes) {
        throw TornFile(cat(where(at_), "the file ends in a record: found ", size_ - at_, " bytes of its head of ",
                           format::head_bytes));
    }
    std::array<std::byte, format::head_bytes> bytes{};
    read(at_, bytes.data(), bytes.size());
    const auto head =
        with_context([&] { return cat(path_.string(), ": byte ", at_); }, [&] { return format::take_head(bytes); });
    const std::uint64_t start = at_ + format::head_bytes;
    if (head.marker == format::end_marker) {
        require_end(head.sequence);
        finished_ = true;
        at_ = start;
        return std::nullopt;
    }
    if (head.marker != format::packet_marker)
        throw Error(cat(where(at_), "found a record that is neither PACK nor DONE"));
    if (head.body_bytes > size_ - start) {
        throw TornFile(cat(where(at_), "the file ends in a record: found ", size_ - start, " bytes of its body of ",
                           head.body_bytes));
    }
    if (last_ && head.sequence <= *last_)
        throw Error(
            cat(where(at_), "found packet ", head.sequence, " behind packet ", *last_, ", expected a later one"));
    auto body = make_block(static_cast<std::size_t>(head.body_bytes));
    read(start, body.get(), static_cast<std::size_t>(head.body_bytes));
    const std::uint32_t crc = format::crc32({body.get(), static_cast<std::size_t>(head.body_bytes)});
    if (crc != head.body_crc) {
        throw Error(cat(where(start), "packet ", head.sequence, " is altered: found the checksum ", crc, ", expected ",
                        head.body_crc));
    }
    auto stored = with_context([&] { return path_.string(); }, [&] { return format::take_packet(head, body, start); });
    at_ = start + head.body_bytes;
    last_ = stored.sequence;
    ++packets_;
    return stored;
}

std::vector<StoredPacket> read_all(const std::filesystem::path& path, Description& description) {
    PacketFileReader reader(path);
    std::vector<StoredPacket> packets;
    while (auto stored = reader.next()) packets.push_back(std::move(*stored));
    if (!reader.finished())
        throw TornFile(
            cat(path.string(), ": the file ends without an end record: it was cut off behind packet ", packets.size()));
    description = reader.description();
    return packets;
}

}  // namespace anabranch::framework
