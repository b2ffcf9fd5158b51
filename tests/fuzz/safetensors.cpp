// Safetensors files: what is read and written again is read as the same.
#include "anabranch/lm/checkpoint/safetensors.h"

#include <algorithm>
#include <vector>

#include "input.h"

using namespace anabranch;
using namespace anabranch::lm;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Input input(data, size);
    fuzz::accepts([&] {
        const SafetensorsFile file("model.safetensors", input.bytes());
        std::vector<SafetensorsEntry> entries;
        for (const auto& [name, tensor] : file.tensors()) {
            for (const std::byte byte : tensor.bytes) static_cast<void>(std::to_integer<int>(byte));
            entries.push_back({name, tensor.dtype, tensor.shape, tensor.bytes});
        }
        const std::string path = input.file("again.safetensors");
        const std::map<std::string, std::string> metadata(file.metadata().begin(), file.metadata().end());
        fuzz::require(fuzz::accepts([&] { write_safetensors(path, entries, metadata); }),
                      "what was read can be written");
        const SafetensorsFile again(path);
        fuzz::require(again.metadata() == file.metadata(), "the same metadata");
        fuzz::require(again.tensors().size() == file.tensors().size(), "the same tensors");
        for (const auto& [name, tensor] : file.tensors()) {
            const auto& other = again.tensor(name);
            fuzz::require(other.dtype == tensor.dtype && other.shape == tensor.shape, "the same dtype and shape");
            fuzz::require(std::ranges::equal(other.bytes, tensor.bytes), "the same bytes");
        }
    });
    return 0;
}
