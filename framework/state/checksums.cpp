#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <framework/state/checksums.h>
#include <framework/state/sha256.h>

#include <fstream>
#include <map>
#include <vector>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

std::string sha256_of(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    Sha256 hash;
    std::vector<char> buffer(std::size_t{1} << 18);
    while (stream) {
        stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        hash.add(std::as_bytes(std::span(buffer).first(static_cast<std::size_t>(stream.gcount()))));
    }
    if (!stream.eof()) throw Error(cat(file.string(), ": cannot read"));
    return hash.digest();
}

std::map<std::string, fs::path> files_below(const fs::path& folder) {
    std::map<std::string, fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string name = entry.path().lexically_relative(folder).generic_string();
        if (entry.is_regular_file() && name != checksums_file) files.emplace(name, entry.path());
    }
    return files;
}

}  // namespace

void write_checksums(const fs::path& folder) {
    std::string lines;
    for (const auto& [name, path] : files_below(folder)) lines += cat(sha256_of(path), "  ", name, "\n");
    AtomicFile list(folder / checksums_file);  // after the listing, in which it would be a file of its own
    list.write(lines);
    list.commit();
}

std::string problem_with(const fs::path& folder) {
    try {
        std::ifstream list(folder / checksums_file);
        if (!list) return cat(folder.string(), " has no ", checksums_file);
        auto files = files_below(folder);
        for (std::string line; std::getline(list, line);) {
            constexpr std::size_t digits = 64;
            const bool whole = line.size() > digits + 2 && line.substr(digits, 2) == "  ";
            if (!whole) return cat((folder / checksums_file).string(), " holds a line that is torn: '", line, "'");
            const std::string name = line.substr(digits + 2);
            const auto file = files.find(name);
            if (file == files.end()) return cat((folder / name).string(), " is missing");
            if (sha256_of(file->second) != line.substr(0, digits))
                return cat(file->second.string(), " is not what was written: its checksum differs");
            files.erase(file);
        }
        if (!files.empty()) return cat(files.begin()->second.string(), " is not in ", checksums_file);
    } catch (const std::exception& error) {
        return error.what();
    }
    return {};
}

}  // namespace anabranch::framework
