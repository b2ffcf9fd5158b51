#include "anabranch/lm/data/dump_sites.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "anabranch/error.h"

namespace anabranch::lm {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view posts = "Posts.xml";
constexpr std::string_view posts_archive = "-Posts";
// The largest site is published as one archive a table.
constexpr std::array<std::string_view, 7> other_tables = {"-Badges", "-Comments", "-PostHistory", "-PostLinks",
                                                          "-Tags",   "-Users",    "-Votes"};

/// The site that an archive of posts holds; nothing for another file.
std::optional<std::string> archived_site(const fs::path& path) {
    if (path.extension() != ".7z" || !fs::is_regular_file(path)) return std::nullopt;
    std::string name = path.stem().string();
    if (std::ranges::any_of(other_tables, [&](auto table) { return name.ends_with(table); })) return std::nullopt;
    if (name.ends_with(posts_archive)) name.resize(name.size() - posts_archive.size());
    return name;
}

std::vector<fs::path> entries_of(const fs::path& folder) {
    std::vector<fs::path> entries;
    for (const auto& entry : fs::directory_iterator(folder)) entries.push_back(entry.path());
    std::ranges::sort(entries);
    return entries;
}

/// The file with the posts of a folder that is one site.
std::optional<fs::path> posts_in(const fs::path& folder) {
    if (fs::is_regular_file(folder / posts)) return folder / posts;
    std::vector<fs::path> archives;
    for (const auto& entry : entries_of(folder)) {
        if (archived_site(entry)) archives.push_back(entry);
    }
    if (archives.size() > 1) {
        throw Error(cat(folder.string(),
                        ": several archives in the folder of one site: ", archives[0].filename().string(), ", ",
                        archives[1].filename().string(), "; leave one, or put each in a folder of its own"));
    }
    if (archives.empty()) return std::nullopt;
    return archives.front();
}

std::vector<DumpSite> sites_in(const fs::path& folder) {
    std::vector<DumpSite> sites;
    for (const auto& entry : entries_of(folder)) {
        if (const auto name = archived_site(entry)) {
            sites.push_back({*name, entry});
        } else if (fs::is_directory(entry)) {
            if (const auto file = posts_in(entry)) sites.push_back({entry.filename().string(), *file});
        }
    }
    std::ranges::stable_sort(sites, {}, &DumpSite::name);
    const auto twice = std::ranges::adjacent_find(sites, {}, &DumpSite::name);
    if (twice != sites.end()) {
        throw Error(cat(folder.string(), ": the site ", twice->name, " is there twice: ", twice->path.string(), " and ",
                        std::next(twice)->path.string(), "; leave one of them"));
    }
    return sites;
}

}  // namespace

std::vector<DumpSite> find_sites(const fs::path& path) {
    if (!fs::is_directory(path)) return {{"", path}};
    if (fs::is_regular_file(path / posts)) return {{"", path / posts}};
    auto sites = sites_in(path);
    if (sites.empty()) {
        throw Error(cat(path.string(), ": no site in this folder; expected a Posts.xml, .7z archives, or folders with ",
                        "one of these"));
    }
    return sites;
}

PostRows::PostRows(const fs::path& path) : path_(path), sites_(find_sites(path)), reader_(sites_.front().path) {}

const XmlRow* PostRows::next() {
    while (true) {
        if (const XmlRow* row = reader_.next()) {
            position_.row = row->place();
            ++position_.rows;
            return row;
        }
        if (position_.site + 1 == sites_.size()) return nullptr;
        reader_ = XmlRowReader(sites_[++position_.site].path);
        position_.row.reset();
    }
}

void PostRows::restore(const PostPosition& position) {
    if (position.site >= sites_.size()) {
        throw Error(cat(path_.string(), ": has ", sites_.size(), " sites, fewer than when the position was saved"));
    }
    reader_ = XmlRowReader(sites_[position.site].path);
    if (position.row) reader_.resume_after(*position.row);
    position_ = position;
}

}  // namespace anabranch::lm
