#include "golden.h"

#include <ATen/ATen.h>
#include <anabranch/lm/checkpoint/gguf.h>
#include <anabranch/lm/tensor/tensor_file.h>
#include <anabranch/lm/tokenizer/from_gguf.h>
#include <doctest/doctest.h>

namespace anabranch::lm::test {
namespace {

LanguageModel::Parts parts_of(const std::filesystem::path& path, at::ScalarType dtype, bool int8_weights) {
    const GgufFile file(path);
    const Compute compute{dtype, at::kCPU, "test", int8_weights};
    return {path.string(), weights_from_gguf(file, compute), tokenizer_from_gguf(file), {}, {}, {}, {}};
}

}  // namespace

std::filesystem::path golden(const std::string& name) {
    return std::filesystem::path(ANABRANCH_SOURCE_DIRECTORY) / "tests" / "golden" / "data" / name;
}

at::Tensor Golden::operator[](const std::string& tensor) const {
    return load_tensor(file_, tensor);
}

std::vector<std::int64_t> Golden::ids(const std::string& tensor) const {
    const at::Tensor values = (*this)[tensor].contiguous();
    const auto* data = values.const_data_ptr<std::int64_t>();
    return {data, data + values.numel()};
}

LanguageModel::Parts tiny_parts(const std::string& file, at::ScalarType dtype, bool int8_weights) {
    return parts_of(golden(file), dtype, int8_weights);
}

std::optional<LanguageModel::Parts> smollm2_parts(at::ScalarType dtype, bool int8_weights) {
    const auto path =
        std::filesystem::path(ANABRANCH_SOURCE_DIRECTORY) / "graphs" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf";
    if (!std::filesystem::exists(path)) {
        MESSAGE("skipped: " << path.string() << " is absent; `make setup` fetches it");
        return std::nullopt;
    }
    return parts_of(path, dtype, int8_weights);
}

}  // namespace anabranch::lm::test
