#pragma once

#include <ATen/core/Tensor.h>
#include <anabranch/lm/checkpoint/safetensors.h>
#include <anabranch/lm/model/language_model.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// What tests of models share: the golden files of tests/golden and the models that they were recorded with.
namespace anabranch::lm::test {

std::filesystem::path golden(const std::string& name);

/// A golden safetensors file. Regenerate: tests/golden/README.md.
class Golden {
  public:
    explicit Golden(const std::string& name) : file_(golden(name)) {}
    at::Tensor operator[](const std::string& tensor) const;
    std::vector<std::int64_t> ids(const std::string& tensor) const;
    bool has(const std::string& tensor) const { return file_.has(tensor); }

  private:
    SafetensorsFile file_;
};

/// The tiny model (or one of its quantised files), without adapter and heads.
LanguageModel::Parts tiny_parts(const std::string& file = "tiny.gguf", at::ScalarType dtype = at::kFloat,
                                bool int8_weights = false);
/// SmolLM2-135M, or nothing, said aloud, when `make setup` has not fetched it.
std::optional<LanguageModel::Parts> smollm2_parts(at::ScalarType dtype, bool int8_weights = false);

}  // namespace anabranch::lm::test
