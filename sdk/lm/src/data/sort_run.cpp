#include "sort_run.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

constexpr std::size_t write_bytes = std::size_t{1} << 20U;
using Lengths = std::array<std::uint32_t, 2>;  // of key and value, in front of each record

[[noreturn]] void fail(const std::string& folder, std::string_view what) {
    throw Error(cat(folder, ": a temporary file for sorting cannot be ", what, ": ", std::strerror(errno),
                    "; name a folder with more room as `temporary`"));
}

}  // namespace

SortRun::SortRun(const std::filesystem::path& folder) : folder_(folder.string()) {
    std::string name = (folder / "anabranch-sort-XXXXXX").string();
    descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor_ < 0) fail(folder_, "made");
    ::unlink(name.c_str());
}

SortRun::~SortRun() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

SortRun::SortRun(SortRun&& other) noexcept
    : folder_(std::move(other.folder_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)),
      size_(other.size_) {}

SortRun& SortRun::operator=(SortRun&& other) noexcept {
    std::swap(folder_, other.folder_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(buffer_, other.buffer_);
    std::swap(size_, other.size_);
    return *this;
}

void SortRun::append(std::string_view key, std::string_view value) {
    const Lengths lengths = {static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size())};
    buffer_.append(reinterpret_cast<const char*>(lengths.data()), sizeof lengths).append(key).append(value);
    if (buffer_.size() >= write_bytes) write_out();
}

void SortRun::finish() {
    write_out();
    buffer_.shrink_to_fit();
}

void SortRun::write_out() {
    for (std::size_t done = 0; done < buffer_.size();) {
        const ssize_t count = ::write(descriptor_, buffer_.data() + done, buffer_.size() - done);
        if (count < 0 && errno != EINTR) fail(folder_, "written");
        if (count > 0) done += static_cast<std::size_t>(count);
    }
    size_ += buffer_.size();
    buffer_.clear();
}

void SortRun::read(std::uint64_t offset, char* to, std::size_t count) const {
    while (count > 0) {
        const ssize_t got = ::pread(descriptor_, to, count, static_cast<off_t>(offset));
        if (got == 0) errno = EIO;
        if (got == 0 || (got < 0 && errno != EINTR)) fail(folder_, "read");
        if (got < 0) continue;
        offset += static_cast<std::uint64_t>(got);
        to += got;
        count -= static_cast<std::size_t>(got);
    }
}

bool SortRunReader::next() {
    begin_ += key_.size() + value_.size();
    key_ = value_ = {};
    if (offset_ == run_->size() && begin_ == buffer_.size()) return false;
    Lengths lengths{};
    require(sizeof lengths);
    std::memcpy(lengths.data(), buffer_.data() + begin_, sizeof lengths);
    begin_ += sizeof lengths;
    require(std::size_t{lengths[0]} + lengths[1]);
    key_ = std::string_view(buffer_).substr(begin_, lengths[0]);
    value_ = std::string_view(buffer_).substr(begin_ + lengths[0], lengths[1]);
    return true;
}

void SortRunReader::require(std::size_t count) {
    const std::size_t held = buffer_.size() - begin_;
    if (held >= count) return;
    buffer_.erase(0, begin_);
    begin_ = 0;
    const std::size_t wanted = std::max(buffer_bytes_, count) - held;
    const auto more = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, run_->size() - offset_));
    buffer_.resize(held + more);
    run_->read(offset_, buffer_.data() + held, more);
    offset_ += more;
}

}  // namespace anabranch::lm
