#include <fcntl.h>
#include <framework/state/packet_file.h>
#include <framework/state/packet_format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace anabranch::framework {
namespace {

namespace format = packet_format;

constexpr std::size_t buffer_bytes = std::size_t{1} << 18;

std::string reason(int code) {
    return std::system_category().message(code);
}

}  // namespace

PacketFileWriter::PacketFileWriter(std::filesystem::path path, const Description& description)
    : path_(std::move(path)),
      descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) throw Error(cat(path_.string(), ": cannot create: ", reason(errno)));
    try {
        append([&](const format::Sink& sink) { format::put_header(description, sink); });
    } catch (...) {
        ::close(descriptor_);
        ::unlink(path_.c_str());
        throw;
    }
}

PacketFileWriter::~PacketFileWriter() {
    ::close(descriptor_);
}

void PacketFileWriter::write_out(std::string_view bytes) {
    while (!bytes.empty()) {
        const ::ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) throw Error(cat("cannot write: ", reason(written < 0 ? errno : ENOSPC)));
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

template <typename Put>
void PacketFileWriter::append(Put put) {
    std::string buffer;
    std::uint64_t size = size_;
    try {
        put(format::Sink([&](std::span<const std::byte> bytes) {
            const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            size += text.size();
            if (buffer.size() + text.size() > buffer_bytes) {
                write_out(buffer);
                buffer.clear();
            }
            if (text.size() > buffer_bytes) {
                write_out(text);
            } else {
                buffer += text;
            }
        }));
        write_out(buffer);
    } catch (const Error& error) {
        [[maybe_unused]] const int cut = ::ftruncate(descriptor_, static_cast<::off_t>(size_));
        throw error.with_context(path_.string());
    }
    size_ = size;
}

void PacketFileWriter::write(std::uint64_t sequence, const Packet& packet, std::string_view name) {
    if (finished_) throw Error(cat(path_.string(), ": packet ", sequence, " comes after the end"));
    if (last_ && sequence <= *last_)
        throw Error(cat(path_.string(), ": packet ", sequence, " comes after packet ", *last_));
    append([&](const format::Sink& sink) { format::put_packet(sequence, name, packet, sink); });
    last_ = sequence;
    ++packets_;
}

void PacketFileWriter::finish() {
    if (finished_) return;
    append([&](const format::Sink& sink) { format::put_end(packets_, sink); });
    finished_ = true;
    if (::fsync(descriptor_) != 0) throw Error(cat(path_.string(), ": cannot sync: ", reason(errno)));
}

}  // namespace anabranch::framework
