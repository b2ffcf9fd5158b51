#include <elf.h>
#include <framework/host/torn_file.h>

#include <cstring>
#include <fstream>
#include <vector>

namespace anabranch::framework {

bool is_torn_library(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    Elf64_Ehdr header{};
    if (!in.read(reinterpret_cast<char*>(&header), sizeof header)) return false;
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64) return false;
    const auto size = static_cast<std::uint64_t>(std::filesystem::file_size(file));
    const auto ends_within = [size](std::uint64_t offset, std::uint64_t length) {
        return offset <= size && length <= size - offset;
    };
    // The table of sections stands at the end of the file: a copy that stopped early lacks it.
    if (!ends_within(header.e_shoff, std::uint64_t{header.e_shnum} * header.e_shentsize)) return true;
    std::vector<Elf64_Phdr> segments(header.e_phnum);
    in.seekg(static_cast<std::streamoff>(header.e_phoff));
    if (!in.read(reinterpret_cast<char*>(segments.data()),
                 static_cast<std::streamsize>(segments.size() * sizeof(Elf64_Phdr)))) {
        return true;
    }
    for (const Elf64_Phdr& segment : segments) {
        if (segment.p_type == PT_LOAD && !ends_within(segment.p_offset, segment.p_filesz)) return true;
    }
    return false;
}

}  // namespace anabranch::framework
