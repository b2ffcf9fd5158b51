#include <anabranch/error.h>
#include <framework/engine/replay.h>

#include <algorithm>

namespace anabranch::framework {

namespace fs = std::filesystem;

Recordings::Recordings(const std::vector<fs::path>& places) {
    for (const auto& place : places) {
        if (!fs::is_directory(place)) {
            add(place);
            continue;
        }
        const fs::path folder = fs::is_directory(place / "recorded") ? place / "recorded" : place;
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (entry.path().extension() == ".packets") files.push_back(entry.path());
        }
        if (files.empty())
            throw Error(
                cat(folder.string(), " holds no recorded packets; `anabranch run GRAPH --record NODE` writes some"));
        std::ranges::sort(files);
        for (const auto& file : files) add(file);
    }
}

void Recordings::add(const fs::path& file) {
    const PacketFileReader reader(file);
    if (reader.say("holds") != "stream")
        throw Error(cat(file.string(), " holds no recorded stream, but a ", reader.say("holds")));
    if (files_.empty()) {
        seed_ = reader.say("seed");
        resolved_ = reader.say("resolved");
    } else if (seed_ != reader.say("seed") || resolved_ != reader.say("resolved")) {
        throw Error(cat(files_.front().second.string(), " and ", file.string(), " were recorded of different runs ",
                        "(their graphs or seeds differ); packets of one run belong together"));
    }
    if (find(reader.say("from")) == nullptr) files_.emplace_back(reader.say("from"), file);
}

const fs::path* Recordings::find(const std::string& stream) const {
    const auto found = std::ranges::find(files_, stream, [](const auto& file) { return file.first; });
    return found == files_.end() ? nullptr : &found->second;
}

std::vector<std::string> Recordings::streams() const {
    std::vector<std::string> names;
    for (const auto& [stream, file] : files_) names.push_back(stream);
    return names;
}

}  // namespace anabranch::framework
