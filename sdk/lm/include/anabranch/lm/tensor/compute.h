#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <string_view>

namespace anabranch::lm {

/// Where and in which type a model computes, and how its frozen weights are kept.
struct Compute {
    at::ScalarType dtype = at::kFloat;
    at::Device device = at::kCPU;
    std::string why;            ///< for a person: "bfloat16: this CPU has AMX"
    bool int8_weights = false;  ///< frozen matrices are int8 with a scale for each row
};

/// `dtype`: auto | float32 | bfloat16. `device`: auto | cpu | cuda.
/// auto device: the GPU when there is one. auto dtype: bfloat16 on a GPU, and on CPUs where its products are faster
/// than float32's (Intel with AMX, AMD with AVX512-BF16); float32 elsewhere. Decided by what the CPU says it has, not
/// by timing, so that a host always chooses the same. Throws when cuda is asked for and absent.
[[nodiscard]] Compute choose_compute(std::string_view dtype, std::string_view device);

/// Call on each thread that will run tensor work: sets its number of intra-op threads, and once for the process an
/// allocator that keeps freed memory instead of giving it back (a training step would fault it in again each time).
void prepare_thread(int threads);

}  // namespace anabranch::lm
