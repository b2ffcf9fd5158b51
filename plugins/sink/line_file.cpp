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
    std::error_code error;
    if (std::filesystem::is_directory(path_, error)) throw Error(cat(path_.string(), " is a folder; expected a file"));
    if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path(), error);
    if (error) throw Error(cat("cannot make the folder ", path_.parent_path().string(), ": ", error.message()));
    // Not O_TRUNC: what another writer has put there is his until the lock says otherwise.
    descriptor_ = ::open(partial_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail("write", partial_);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        ::close(descriptor_);
        throw Error(cat(partial_.string(), " is being written by another node or run; give each its own path"));
    }
    if (::ftruncate(descriptor_, 0) != 0) {
        const int reason = errno;
        ::close(descriptor_);
        errno = reason;
        fail("empty", partial_);
    }
}

LineFile::~LineFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void LineFile::append(std::string_view lines) {
    whole_ = false;
    while (!lines.empty()) {
        const auto written = ::write(descriptor_, lines.data(), lines.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write", partial_);
        lines.remove_prefix(static_cast<std::size_t>(written));
    }
    whole_ = true;
}

void LineFile::finish() {
    if (!whole_) return;
    if (::fsync(descriptor_) != 0) fail("write", partial_);
    if (::rename(partial_.c_str(), path_.c_str()) != 0) fail(cat("rename ", partial_.string(), " to"), path_);
    sync_directory(path_.has_parent_path() ? path_.parent_path() : std::filesystem::path("."));
}

void LineFile::fail(std::string_view verb, const std::filesystem::path& what) {
    throw Error(cat("cannot ", verb, " ", what.string(), ": ", std::system_category().message(errno)));
}

}  // namespace anabranch::sink
