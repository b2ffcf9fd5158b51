#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

namespace anabranch {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 16;

std::filesystem::path directory_of(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

std::string reason(int code) {
    std::string text = std::system_category().message(code);
    if (code == ENOSPC || code == EDQUOT) text += "; make room and try again";
    return text;
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path target) : target_(std::move(target)) {
    buffer_.reserve(buffer_bytes);
    // The process in the name keeps two programs apart, the number two files of one program.
    for (int attempt = 0; descriptor_ < 0; ++attempt) {
        temporary_ =
            directory_of(target_) / cat(".", target_.filename().string(), ".", ::getpid(), "-", attempt, ".partial");
        descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor_ < 0 && errno != EEXIST && errno != EINTR) fail("create");
    }
}

AtomicFile::~AtomicFile() {
    if (descriptor_ >= 0) close();
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
    if (buffer_.size() + bytes.size() > buffer_bytes) {
        write_out(buffer_);
        buffer_.clear();
    }
    if (bytes.size() > buffer_bytes) {
        write_out(bytes);
    } else {
        buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    }
}

void AtomicFile::write(std::string_view text) {
    write(std::as_bytes(std::span(text)));
}

void AtomicFile::write_out(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ::ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void AtomicFile::close() {
    ::close(descriptor_);  // its result adds nothing to fsync's
    descriptor_ = -1;
}

void AtomicFile::commit() {
    if (descriptor_ < 0) throw Error(cat(target_.string(), ": committed twice"));
    write_out(buffer_);
    buffer_.clear();
    if (::fsync(descriptor_) != 0) fail("sync");
    close();
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail("rename to its place");
    temporary_.clear();
    sync_directory(directory_of(target_));
}

void AtomicFile::fail(const char* verb) const {
    const int code = errno;
    throw Error(cat(target_.string(), ": cannot ", verb, " (as ", temporary_.string(), "): ", reason(code)));
}

void sync_directory(const std::filesystem::path& directory) {
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int code = descriptor < 0 ? errno : 0;
    if (descriptor >= 0) {
        // Some file systems cannot sync a folder and say EINVAL: they promise nothing that we could wait for.
        if (::fsync(descriptor) != 0 && errno != EINVAL) code = errno;
        ::close(descriptor);
    }
    if (code != 0) throw Error(cat(directory.string(), ": cannot sync the folder: ", reason(code)));
}

}  // namespace anabranch
