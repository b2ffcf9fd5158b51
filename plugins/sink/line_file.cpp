#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <fcntl.h>
#include <plugins/sink/line_file.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace anabranch::sink {

LineFile::LineFile(std::filesystem::path path) : path_(std::move(path)), partial_(path_.string() + ".partial") {
    open();
    cut(0);
}

LineFile::LineFile(std::filesystem::path path, std::int64_t bytes)
    : path_(std::move(path)), partial_(path_.string() + ".partial") {
    const bool finished = !std::filesystem::exists(partial_) && std::filesystem::exists(path_);
    if (finished && ::rename(path_.c_str(), partial_.c_str()) != 0) fail("rename", path_);
    open();
    const auto size = static_cast<std::int64_t>(::lseek(descriptor_.value, 0, SEEK_END));
    char last = '\n';
    if (bytes > 0 && size >= bytes && ::pread(descriptor_.value, &last, 1, bytes - 1) != 1) fail("read", partial_);
    if (size < bytes || last != '\n') {
        throw Error(cat(partial_.string(), " has ", size, " bytes; when the checkpoint was made, ", bytes,
                        " were written in whole lines: it is not that file any more"));
    }
    cut(bytes);
    ::lseek(descriptor_.value, bytes, SEEK_SET);
}

void LineFile::open() {
    std::error_code error;
    if (std::filesystem::is_directory(path_, error)) throw Error(cat(path_.string(), " is a folder; expected a file"));
    if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path(), error);
    if (error) throw Error(cat("cannot make the folder ", path_.parent_path().string(), ": ", error.message()));
    // Not O_TRUNC: what another writer has put there is his until the lock says otherwise.
    descriptor_.value = ::open(partial_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_.value < 0) fail("write", partial_);
    if (::flock(descriptor_.value, LOCK_EX | LOCK_NB) != 0)
        throw Error(cat(partial_.string(), " is being written by another node or run; give each its own path"));
}

void LineFile::cut(std::int64_t bytes) const {
    if (::ftruncate(descriptor_.value, bytes) != 0) fail("cut", partial_);
}

std::int64_t LineFile::sync() const {
    if (::fsync(descriptor_.value) != 0) fail("write", partial_);
    return ::lseek(descriptor_.value, 0, SEEK_CUR);
}

LineFile::Descriptor::~Descriptor() {
    if (value >= 0) ::close(value);
}

void LineFile::append(std::string_view lines) {
    whole_ = false;
    while (!lines.empty()) {
        const auto written = ::write(descriptor_.value, lines.data(), lines.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write", partial_);
        lines.remove_prefix(static_cast<std::size_t>(written));
    }
    whole_ = true;
}

void LineFile::finish() {
    if (!whole_) return;
    if (::fsync(descriptor_.value) != 0) fail("write", partial_);
    if (::rename(partial_.c_str(), path_.c_str()) != 0) fail(cat("rename ", partial_.string(), " to"), path_);
    sync_directory(path_.has_parent_path() ? path_.parent_path() : std::filesystem::path("."));
}

void LineFile::fail(std::string_view verb, const std::filesystem::path& what) {
    throw Error(cat("cannot ", verb, " ", what.string(), ": ", std::system_category().message(errno)));
}

}  // namespace anabranch::sink
