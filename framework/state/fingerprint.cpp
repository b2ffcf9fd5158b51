#include <anabranch/error.h>
#include <framework/state/fingerprint.h>
#include <framework/state/sha256.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <vector>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t block = std::uintmax_t{64} << 10U;
constexpr std::uintmax_t blocks = 256;

void add_text(Sha256& hash, const std::string& text) {
    hash.add(std::as_bytes(std::span(text)));
    hash.add(std::as_bytes(std::span("\0", 1)));
}

/// Adds the file's size and contents, or samples of them; returns the size.
std::uintmax_t add_file(Sha256& hash, const fs::path& file) {
    const std::uintmax_t size = fs::file_size(file);
    add_text(hash, std::to_string(size));
    std::ifstream stream(file, std::ios::binary);
    const std::uintmax_t count = size <= block * blocks ? (size + block - 1) / block : blocks;
    std::vector<char> buffer(block);
    for (std::uintmax_t i = 0; i < count; ++i) {
        const std::uintmax_t last = size - std::min(size, block);
        const std::uintmax_t at = size <= block * blocks ? i * block : last / (blocks - 1) * i;
        stream.seekg(static_cast<std::streamoff>(i + 1 == blocks ? std::max(at, last) : at));
        stream.read(buffer.data(), static_cast<std::streamsize>(std::min(block, size - at)));
        hash.add(std::as_bytes(std::span(buffer).first(static_cast<std::size_t>(stream.gcount()))));
        stream.clear();
    }
    if (!stream.is_open()) throw Error(cat(file.string(), ": cannot read"));
    return size;
}

}  // namespace

std::string fingerprint(const fs::path& path) {
    if (!fs::exists(path)) return "missing";
    Sha256 hash;
    std::uintmax_t size = 0;
    if (fs::is_directory(path)) {
        std::map<std::string, fs::path> files;
        for (const auto& entry : fs::recursive_directory_iterator(path)) {
            if (entry.is_regular_file()) files.emplace(entry.path().lexically_relative(path).string(), entry.path());
        }
        for (const auto& [name, file] : files) {
            add_text(hash, name);
            size += add_file(hash, file);
        }
    } else {
        size = add_file(hash, path);
    }
    return cat(size, " bytes, sha256 ", hash.digest().substr(0, 16));
}

}  // namespace anabranch::framework
