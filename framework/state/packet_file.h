#pragma once

#include <anabranch/error.h>
#include <anabranch/packet.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anabranch::framework {

/// What a packet file says of itself: texts by key, JSON in the file. The keys are the writer's.
using Description = std::map<std::string, std::string, std::less<>>;

struct StoredPacket {
    std::uint64_t sequence = 0;
    std::string name{};  ///< may be empty
    Packet packet{};
};

/// The file ends in the middle of a record: whoever wrote it was cut off. What was read before is whole.
class TornFile : public Error {
  public:
    using Error::Error;
};

/// Writes packets into a file, one after the other; docs/packet-files.md has the format byte by byte. A process that
/// dies leaves whole records and at most one that is torn, which readers tell apart. Errors name the file; a record
/// that could not be written whole is taken back. One thread at a time.
class PacketFileWriter {
  public:
    /// Creates the file, which must not exist, with its header.
    PacketFileWriter(std::filesystem::path path, const Description& description);
    ~PacketFileWriter();
    PacketFileWriter(const PacketFileWriter&) = delete;
    PacketFileWriter& operator=(const PacketFileWriter&) = delete;

    /// Sequence numbers must rise. When it returns, the record is the system's: it survives this process. Throws for a
    /// packet that `require_storable` refuses, and then has written nothing.
    void write(std::uint64_t sequence, const Packet& packet, std::string_view name = {});
    /// Writes the end record and syncs. A file without one is taken for cut off. Nothing can be written after it.
    void finish();

    [[nodiscard]] std::uint64_t packets() const { return packets_; }
    [[nodiscard]] std::uint64_t bytes() const { return size_; }

  private:
    template <typename Put>
    void append(Put put);
    void write_out(std::string_view bytes);

    std::filesystem::path path_;
    int descriptor_;
    std::uint64_t size_ = 0;  ///< of the whole records
    std::uint64_t packets_ = 0;
    std::optional<std::uint64_t> last_;
    bool finished_ = false;
};

/// Reads such a file packet by packet, in the memory of one packet. It believes nothing: lengths are held against the
/// file's size before memory is asked for, checksums are compared, and what is wrong is an Error with the file, the
/// byte, what was found there and what was expected. One thread at a time.
class PacketFileReader {
  public:
    /// Reads the header.
    explicit PacketFileReader(std::filesystem::path path);
    ~PacketFileReader();
    PacketFileReader(const PacketFileReader&) = delete;
    PacketFileReader& operator=(const PacketFileReader&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] const Description& description() const { return description_; }
    /// The value of `key`; an Error that names the file when it has none.
    [[nodiscard]] const std::string& say(std::string_view key) const;

    /// The next packet, whose arrays share one block of memory, aligned to 64 bytes. None at the end of the file.
    [[nodiscard]] std::optional<StoredPacket> next();
    /// Once `next` has given none: whether the end record was there. Without it the writer was cut off after a record.
    [[nodiscard]] bool finished() const { return finished_; }

  private:
    void read(std::uint64_t offset, std::byte* target, std::size_t count) const;
    [[nodiscard]] std::string where(std::uint64_t offset) const;
    void read_header();
    void require_end(std::uint64_t packets) const;

    std::filesystem::path path_;
    int descriptor_;
    std::uint64_t size_ = 0;
    std::uint64_t at_ = 0;
    std::uint64_t packets_ = 0;
    std::optional<std::uint64_t> last_;
    bool finished_ = false;
    Description description_;
};

/// All packets of a file that must have its end record.
[[nodiscard]] std::vector<StoredPacket> read_all(const std::filesystem::path& path, Description& description);

}  // namespace anabranch::framework
