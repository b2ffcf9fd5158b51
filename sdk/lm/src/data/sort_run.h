#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace anabranch::lm {

/// A temporary file of records, written once from beginning to end. It has no name and is gone with its object, however
/// the process ends. Errors name the folder.
class SortRun {
  public:
    explicit SortRun(const std::filesystem::path& folder);
    ~SortRun();
    SortRun(SortRun&& other) noexcept;
    SortRun& operator=(SortRun&& other) noexcept;

    void append(std::string_view key, std::string_view value);
    /// Writes out what is left in the buffer.
    void finish();

    [[nodiscard]] std::uint64_t size() const { return size_; }
    /// Fills `to` from `offset` on, within `size()`.
    void read(std::uint64_t offset, char* to, std::size_t count) const;

  private:
    void write_out();

    std::string folder_;
    int descriptor_ = -1;
    std::string buffer_;
    std::uint64_t size_ = 0;
};

/// Reads the records of a run one by one through a buffer.
class SortRunReader {
  public:
    SortRunReader(const SortRun& run, std::size_t buffer_bytes) : run_(&run), buffer_bytes_(buffer_bytes) {}

    /// Moves to the next record; false at the end.
    bool next();
    [[nodiscard]] std::string_view key() const { return key_; }
    [[nodiscard]] std::string_view value() const { return value_; }

  private:
    /// Has `count` bytes from `begin_` on in the buffer.
    void require(std::size_t count);

    const SortRun* run_;
    std::size_t buffer_bytes_;
    std::uint64_t offset_ = 0;  // of the file's next byte to read
    std::string buffer_;
    std::size_t begin_ = 0;
    std::string_view key_;
    std::string_view value_;
};

}  // namespace anabranch::lm
