#include "anabranch/lm/archive/byte_source.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "anabranch/error.h"
#include "packed_source.h"

namespace anabranch::lm {
namespace {

class PlainSource final : public ByteSource {
  public:
    explicit PlainSource(std::filesystem::path path) : path_(std::move(path)), file_(std::fopen(path_.c_str(), "rb")) {
        if (!file_) throw Error(cat(path_.string(), ": cannot be opened: ", std::strerror(errno)));
    }

    std::size_t read(std::span<char> to) override {
        const std::size_t count = std::fread(to.data(), 1, to.size(), file_.get());
        if (std::ferror(file_.get()) != 0) {
            throw Error(cat(path_.string(), ": cannot be read: ", std::strerror(errno)));
        }
        return count;
    }

    void seek(std::uint64_t offset) override {
        std::clearerr(file_.get());
        if (::fseeko(file_.get(), static_cast<off_t>(offset), SEEK_SET) != 0) {
            throw Error(cat(path_.string(), ": cannot go to byte ", offset, ": ", std::strerror(errno)));
        }
    }

  private:
    struct CloseFile {
        void operator()(std::FILE* file) const { (void)std::fclose(file); }
    };
    std::filesystem::path path_;
    std::unique_ptr<std::FILE, CloseFile> file_;
};

}  // namespace

std::unique_ptr<ByteSource> open_bytes(const std::filesystem::path& path, std::string_view member) {
    auto plain = std::make_unique<PlainSource>(path);
    if (std::filesystem::is_directory(path)) throw Error(cat(path.string(), ": this is a folder; expected a file"));
    std::array<char, 6> bytes{};
    const std::string_view head(bytes.data(), plain->read(bytes));
    if (head.starts_with("PK\x03\x04")) {
        throw Error(cat(path.string(), ": this is a zip archive; unpack it and name the file inside"));
    }
    if (head.starts_with("\x1F\x8B")) return open_gzip(path);
    if (head.starts_with("7z\xBC\xAF\x27\x1C")) return open_seven_zip(path, member);
    plain->seek(0);
    return plain;
}

}  // namespace anabranch::lm
