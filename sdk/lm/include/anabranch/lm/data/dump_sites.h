#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "anabranch/lm/data/xml_rows.h"

namespace anabranch::lm {

/// One site's posts: the file they stand in, and a name that parts them from those of other sites.
struct DumpSite {
    std::string name;  // "" for a path that is one site
    std::filesystem::path path;
    bool operator==(const DumpSite&) const = default;
};

/// The sites at a path, in the order of their names. The path is one site's Posts.xml (also .gz) or .7z archive, the
/// folder of one unpacked site, or a folder of sites: each a folder with a Posts.xml or an archive in it, or an
/// archive. A site's name is its folder's, or its archive's without ".7z" and "-Posts"; archives of other tables
/// ("-Votes.7z") are passed over. A path without posts, and two sites of one name, are Errors.
[[nodiscard]] std::vector<DumpSite> find_sites(const std::filesystem::path& path);

/// Where a PostRows stands; plain values, to be saved and given to `restore`.
struct PostPosition {
    std::uint64_t site = 0;
    std::optional<FilePlace> row;  // the last row read of that site; nothing: before its first
    std::uint64_t rows = 0;        // read so far, of all sites
    bool operator==(const PostPosition&) const = default;
};

/// Streams the rows of one site after the other, in memory bounded by one row. One thread at a time.
class PostRows {
  public:
    explicit PostRows(const std::filesystem::path& path);

    /// The next row, or null at the end of the last site. It holds until the next call.
    [[nodiscard]] const XmlRow* next();

    /// Of the row that `next` gave last.
    [[nodiscard]] const DumpSite& site() const { return sites_[position_.site]; }
    [[nodiscard]] const XmlRowReader& reader() const { return reader_; }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] const PostPosition& position() const { return position_; }
    void restore(const PostPosition& position);

  private:
    std::filesystem::path path_;
    std::vector<DumpSite> sites_;
    XmlRowReader reader_;
    PostPosition position_;
};

}  // namespace anabranch::lm
