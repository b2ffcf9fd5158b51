// The one file that includes libarchive.
#include "packed_source.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <string>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 18U;

struct FreeArchive {
    void operator()(archive* handle) const { archive_read_free(handle); }
};
using Archive = std::unique_ptr<archive, FreeArchive>;

enum class Packing { gzip, seven_zip };

class PackedSource final : public ByteSource {
  public:
    PackedSource(std::filesystem::path path, Packing packing, std::string_view member)
        : path_(std::move(path)), packing_(packing), member_(member) {
        open();
    }

    std::size_t read(std::span<char> to) override {
        std::size_t count = 0;
        while (!empty_ && count < to.size()) {
            const la_ssize_t got = archive_read_data(archive_.get(), to.data() + count, to.size() - count);
            if (got < 0) fail("cannot be unpacked");
            if (got == 0) break;
            count += static_cast<std::size_t>(got);
        }
        offset_ += count;
        return count;
    }

    void seek(std::uint64_t offset) override {
        if (offset < offset_) open();
        std::array<char, 1U << 16U> skipped{};
        while (offset_ < offset) {
            const auto count = std::min<std::uint64_t>(offset - offset_, skipped.size());
            if (read(std::span(skipped).first(count)) < count) {
                throw Error(cat(path_.string(), ": has no byte ", offset, " when unpacked, only ", offset_,
                                "; it has changed since the position was saved"));
            }
        }
    }

  private:
    void open() {
        offset_ = 0;
        empty_ = false;
        archive_.reset(archive_read_new());
        if (!archive_) throw Error("out of memory for an archive reader");
        if (packing_ == Packing::gzip) {
            archive_read_support_filter_gzip(archive_.get());
            archive_read_support_format_raw(archive_.get());
            archive_read_support_format_empty(archive_.get());
        } else {
            archive_read_support_format_7zip(archive_.get());
        }
        if (archive_read_open_filename(archive_.get(), path_.c_str(), block_bytes) != ARCHIVE_OK) {
            fail("cannot be opened");
        }
        find_member();
    }

    /// Moves to the file that is wanted.
    void find_member() {
        std::string others;
        archive_entry* entry = nullptr;
        int status = ARCHIVE_OK;
        while ((status = archive_read_next_header(archive_.get(), &entry)) == ARCHIVE_OK) {
            if (packing_ == Packing::gzip) return;
            if (archive_entry_filetype(entry) == AE_IFDIR) continue;
            const char* name = archive_entry_pathname(entry);
            const std::filesystem::path found = name == nullptr ? "" : name;
            if (member_.empty() || found.filename() == member_) return;
            others += cat(others.empty() ? "" : ", ", found.string());
        }
        if (status != ARCHIVE_EOF) fail("cannot be read");
        // Of an empty content libarchive makes no entry.
        empty_ = packing_ == Packing::gzip;
        if (empty_) return;
        throw Error(cat(path_.string(), ": the archive has no ", member_.empty() ? "file" : member_, "; it has ",
                        others.empty() ? "no files" : others));
    }

    [[noreturn]] void fail(const char* what) const {
        const char* reason = archive_error_string(archive_.get());
        throw Error(cat(path_.string(), ": ", what, ": ", reason == nullptr ? "unknown reason" : reason,
                        "; perhaps a truncated download: fetch it again"));
    }

    std::filesystem::path path_;
    Packing packing_;
    std::string member_;
    Archive archive_;
    std::uint64_t offset_ = 0;  // in the unpacked content
    bool empty_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> open_gzip(const std::filesystem::path& path) {
    return std::make_unique<PackedSource>(path, Packing::gzip, "");
}

std::unique_ptr<ByteSource> open_seven_zip(const std::filesystem::path& path, std::string_view member) {
    return std::make_unique<PackedSource>(path, Packing::seven_zip, member);
}

}  // namespace anabranch::lm
