#pragma once

#include <ATen/ATen.h>
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "anabranch/lm/checkpoint/safetensors.h"
#include "anabranch/lm/json/json.h"

namespace anabranch::lm::testing {

inline std::filesystem::path golden_path(const std::string& name) {
    return std::filesystem::path(ANABRANCH_SOURCE_DIRECTORY) / "tests/golden/data" / name;
}

/// A golden file of float32 and int64 tensors; see tests/golden/README.md for its content and how to record it anew.
class Golden {
  public:
    explicit Golden(const std::string& name) : file_(golden_path(name)) {}

    [[nodiscard]] at::Tensor operator()(const std::string& name) const {
        const SafetensorsTensor& tensor = file_.tensor(name);
        const at::ScalarType type = tensor.dtype == "I64" ? at::kLong : at::kFloat;
        at::Tensor out = at::empty(tensor.shape, type);
        REQUIRE(out.nbytes() == tensor.bytes.size());
        std::copy(tensor.bytes.begin(), tensor.bytes.end(), static_cast<std::byte*>(out.mutable_data_ptr()));
        return out;
    }

  private:
    SafetensorsFile file_;
};

}  // namespace anabranch::lm::testing
