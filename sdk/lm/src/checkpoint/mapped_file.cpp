#include "anabranch/lm/checkpoint/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

struct Descriptor {
    int value;
    explicit Descriptor(int opened) : value(opened) {}
    ~Descriptor() {
        if (value >= 0) ::close(value);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
};

[[noreturn]] void fail(const std::filesystem::path& path, const char* verb) {
    const int code = errno;
    throw Error(cat(path.string(), ": cannot ", verb, ": ", std::system_category().message(code)));
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.value < 0) fail(path, "open");
    struct stat status {};
    if (::fstat(file.value, &status) != 0) fail(path, "read its size");
    if (!S_ISREG(status.st_mode)) throw Error(cat(path.string(), ": is not a regular file; expected a file to read"));
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return;  // mmap refuses an empty range
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.value, 0);
    if (address == MAP_FAILED) fail(path, "map into memory");
    bytes_ = {static_cast<const std::byte*>(address), size};
}

MappedFile::~MappedFile() {
    if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

void MappedFile::release(std::span<const std::byte> part) const {
    // Whole pages inside `part`: those at its ends may hold bytes of its neighbours.
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = static_cast<std::size_t>(part.data() - bytes_.data());
    const std::size_t first = (begin + page - 1) / page * page;
    const std::size_t last = (begin + part.size()) / page * page;
    if (first >= last) return;
    // Only advice: that it is not taken changes nothing but memory.
    static_cast<void>(::madvise(const_cast<std::byte*>(bytes_.data()) + first, last - first, MADV_DONTNEED));
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
}

}  // namespace anabranch::lm
