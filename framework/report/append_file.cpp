#include <anabranch/error.h>
#include <fcntl.h>
#include <framework/report/append_file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace anabranch::framework {

AppendFile::AppendFile(std::filesystem::path path)
    : path_(std::move(path)),
      descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) throw Error(cat(path_.string(), ": cannot create: ", std::system_category().message(errno)));
}

AppendFile::AppendFile(std::filesystem::path path, std::int64_t size)
    : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC)), size_(size) {
    const auto fail = [this](const std::string& what) {
        if (descriptor_ >= 0) ::close(descriptor_);
        throw Error(cat(path_.string(), ": ", what));
    };
    if (descriptor_ < 0) fail(cat("cannot open: ", std::system_category().message(errno)));
    const auto found = static_cast<std::int64_t>(::lseek(descriptor_, 0, SEEK_END));
    if (found < size) {
        fail(
            cat("has ", found, " bytes and had ", size, " when the checkpoint was made; it is not the run's any more"));
    }
    if (::ftruncate(descriptor_, size) != 0) fail(cat("cannot cut: ", std::system_category().message(errno)));
}

void AppendFile::sync() const {
    if (::fsync(descriptor_) != 0)
        throw Error(cat(path_.string(), ": cannot sync: ", std::system_category().message(errno)));
}

AppendFile::~AppendFile() {
    ::close(descriptor_);
}

void AppendFile::append(std::string_view piece) {
    const auto wanted = static_cast<std::int64_t>(piece.size());
    const auto written = ::write(descriptor_, piece.data(), piece.size());
    if (written != wanted) {
        const int code = written < 0 ? errno : ENOSPC;
        [[maybe_unused]] const int cut = ::ftruncate(descriptor_, size_);  // a part of a piece is worse than none
        throw Error(cat(path_.string(), ": cannot write: ", std::system_category().message(code)));
    }
    size_ += wanted;
}

}  // namespace anabranch::framework
