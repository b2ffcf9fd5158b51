#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace anabranch::lm {

struct SortOptions {
    /// What a sort may hold in memory; three quarters while it gathers, a quarter for reading back.
    std::size_t memory_bytes = std::size_t{256} << 20U;
    /// Where the rest goes, in files that are gone with the process; "": the system's folder for temporary files.
    std::filesystem::path folder;
    /// Sorted files that are read at once; more are merged into one first.
    std::size_t fan_in = 64;
};

/// Sorts more records than the memory holds: gathers them, writes what is full to temporary files in sorted order, and
/// merges these. Records with equal keys keep the order in which they were added. A full disk is an Error. One thread.
class ExternalSort {
  public:
    explicit ExternalSort(SortOptions options);
    ~ExternalSort();
    ExternalSort(ExternalSort&&) noexcept;
    ExternalSort& operator=(ExternalSort&&) noexcept;

    /// Before `finish`. Keys are compared byte by byte, as unsigned numbers.
    void add(std::string_view key, std::string_view value);
    /// No more records. From here on `next` gives them, smallest key first.
    void finish();

    /// The next record; false at the end. The views hold until the next call.
    bool next(std::string_view& key, std::string_view& value);
    /// Begins at the first record again.
    void rewind();

    [[nodiscard]] std::uint64_t records() const;
    /// Bytes written to temporary files so far.
    [[nodiscard]] std::uint64_t spilled_bytes() const;

  private:
    class Work;
    std::unique_ptr<Work> work_;
};

/// Appends a number to a key so that keys stand in the order of their numbers.
void append_key(std::string& key, std::uint64_t number);
void append_key(std::string& key, std::int64_t number);

}  // namespace anabranch::lm
