#include "anabranch/lm/checkpoint/safetensors_folder.h"

#include "anabranch/error.h"
#include "anabranch/lm/json/json.h"

namespace anabranch::lm {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail_without_weights(const fs::path& folder) {
    const bool pickled =
        fs::exists(folder / "pytorch_model.bin") || fs::exists(folder / "pytorch_model.bin.index.json");
    throw Error(cat(folder.string(), ": has neither model.safetensors nor model.safetensors.index.json",
                    pickled ? "; its pytorch_model.bin is a pickle, which is not read: save the model again with "
                              "save_pretrained(..., safe_serialization=True)"
                            : ""));
}

}  // namespace

SafetensorsFolder::SafetensorsFolder(const fs::path& folder) : name_(folder.string()) {
    const fs::path index = folder / "model.safetensors.index.json";
    if (fs::exists(folder / "model.safetensors")) {
        shards_.push_back(std::make_unique<const SafetensorsFile>(folder / "model.safetensors"));
        for (const auto& [name, tensor] : shards_.back()->tensors()) places_.emplace(name, shards_.back().get());
        return;
    }
    if (!fs::exists(index)) fail_without_weights(folder);
    const Json map = Json::read_file(index).at("weight_map");
    std::map<std::string, const SafetensorsFile*> opened;
    for (std::size_t i = 0; i < map.size(); ++i) {
        const Json place = map.member(i);
        const std::string& shard = place.string();
        if (shard.empty() || fs::path(shard).filename() != shard || !shard.ends_with(".safetensors"))
            place.fail(cat("is \"", shard, "\"; expected the name of a .safetensors file in the same folder"));
        const SafetensorsFile*& file = opened[shard];
        if (file == nullptr) {
            if (!fs::exists(folder / shard))
                place.fail(cat("names ", shard, ", which is not in the folder; get the missing shard"));
            file = shards_.emplace_back(std::make_unique<const SafetensorsFile>(folder / shard)).get();
        }
        if (!file->has(map.key(i)))
            place.fail(cat("says that ", shard, " holds this tensor, but it does not; get the folder again"));
        places_.emplace(map.key(i), file);
    }
}

const SafetensorsFile& SafetensorsFolder::file_of(std::string_view tensor) const {
    const auto found = places_.find(tensor);
    if (found != places_.end()) return *found->second;
    if (shards_.size() == 1) static_cast<void>(shards_.front()->tensor(tensor));  // its error lists what there is
    throw Error(cat(name_, ": none of the ", shards_.size(), " shards has the tensor \"", tensor, "\""));
}

std::vector<std::string> SafetensorsFolder::names() const {
    std::vector<std::string> all;
    for (const auto& [name, file] : places_) all.push_back(name);
    return all;
}

}  // namespace anabranch::lm
