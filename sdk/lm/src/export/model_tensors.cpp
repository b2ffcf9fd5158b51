#include "model_tensors.h"

#include <ATen/ATen.h>
#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <anabranch/lm/checkpoint/safetensors.h>
#include <anabranch/lm/json/writer.h>

#include <iomanip>
#include <sstream>

namespace anabranch::lm {
namespace {

std::string safetensors_name(at::ScalarType dtype) {
    switch (dtype) {
        case at::kFloat:
            return "F32";
        case at::kHalf:
            return "F16";
        case at::kBFloat16:
            return "BF16";
        default:
            throw Error(cat("a model of ", at::toString(dtype), " cannot be written"));
    }
}

std::int64_t bytes_of(const TensorSpec& tensor, at::ScalarType dtype) {
    std::int64_t bytes = static_cast<std::int64_t>(c10::elementSize(dtype));
    for (const std::int64_t length : tensor.shape) bytes *= length;
    return bytes;
}

/// Neighbours together, as many as fit.
std::vector<std::span<const TensorSpec>> shards_of(std::span<const TensorSpec> tensors, at::ScalarType dtype,
                                                   std::int64_t limit) {
    std::vector<std::span<const TensorSpec>> shards;
    std::size_t first = 0;
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const std::int64_t own = bytes_of(tensors[i], dtype);
        if (i > first && bytes + own > limit) {
            shards.push_back(tensors.subspan(first, i - first));
            first = i;
            bytes = 0;
        }
        bytes += own;
    }
    shards.push_back(tensors.subspan(first));
    return shards;
}

std::string shard_name(std::size_t shard, std::size_t shards) {
    if (shards == 1) return "model.safetensors";
    std::ostringstream name;
    name << std::setfill('0') << "model-" << std::setw(5) << shard + 1 << "-of-" << std::setw(5) << shards
         << ".safetensors";
    return name.str();
}

std::string index_of(const std::vector<std::span<const TensorSpec>>& shards, at::ScalarType dtype) {
    std::int64_t total = 0;
    for (const auto& shard : shards) {
        for (const auto& tensor : shard) total += bytes_of(tensor, dtype);
    }
    JsonWriter json;
    json.begin_object().key("metadata").begin_object().key("total_size").value(total).end_object();
    json.key("weight_map").begin_object();
    for (std::size_t i = 0; i < shards.size(); ++i) {
        for (const auto& tensor : shards[i]) json.key(tensor.name).value(shard_name(i, shards.size()));
    }
    return json.end_object().end_object().take();
}

}  // namespace

std::span<const std::byte> TensorBytes::operator()(const at::Tensor& values, at::ScalarType dtype) {
    kept_ = values.detach().to(at::kCPU, dtype).contiguous();
    return {static_cast<const std::byte*>(kept_.const_data_ptr()), kept_.nbytes()};
}

void write_model_tensors(const std::filesystem::path& directory, std::span<const TensorSpec> tensors,
                         at::ScalarType dtype, const ReadTensor& read, std::int64_t limit) {
    const auto shards = shards_of(tensors, dtype, limit);
    for (std::size_t i = 0; i < shards.size(); ++i) {
        std::vector<SafetensorsEntry> entries;
        for (const auto& tensor : shards[i])
            entries.push_back({tensor.name, safetensors_name(dtype), tensor.shape, {}});
        TensorBytes bytes;
        write_safetensors(directory / shard_name(i, shards.size()), entries,
                          [&](std::size_t tensor) { return bytes(read(shards[i][tensor]), dtype); },
                          {{"format", "pt"}});
    }
    if (shards.size() == 1) return;
    AtomicFile index(directory / "model.safetensors.index.json");
    index.write(index_of(shards, dtype));
    index.commit();
}

}  // namespace anabranch::lm
