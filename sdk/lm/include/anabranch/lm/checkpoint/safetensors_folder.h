#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "anabranch/lm/checkpoint/safetensors.h"

namespace anabranch::lm {

/// The tensors of a Hugging Face folder: model.safetensors, or the shards that model.safetensors.index.json names.
/// Opened and checked as SafetensorsFile is; besides, every shard must be there and hold what the index says of it.
/// Const methods may be called from several threads.
class SafetensorsFolder {
  public:
    explicit SafetensorsFolder(const std::filesystem::path& folder);

    /// The file that holds a tensor. Missing: an Error.
    [[nodiscard]] const SafetensorsFile& file_of(std::string_view tensor) const;
    [[nodiscard]] bool has(std::string_view tensor) const { return places_.contains(tensor); }
    /// Every tensor's name.
    [[nodiscard]] std::vector<std::string> names() const;
    [[nodiscard]] std::size_t shard_count() const { return shards_.size(); }

  private:
    std::string name_;
    std::vector<std::unique_ptr<const SafetensorsFile>> shards_;
    std::map<std::string, const SafetensorsFile*, std::less<>> places_;
};

}  // namespace anabranch::lm
