#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/cpu/Utils.h>
#include <anabranch/error.h>
#include <anabranch/lm/tensor/compute.h>
#include <cpuid.h>
#include <malloc.h>

#include <mutex>

namespace anabranch::lm {
namespace {

/// AVX512-BF16 runs at twice the float32 rate on AMD and at half of it on Intel.
bool fast_bfloat16_dot_product() {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (__get_cpuid(0, &a, &b, &c, &d) == 0 || b != signature_AMD_ebx) return false;
    return __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a & (1U << 5)) != 0;
}

}  // namespace

Compute choose_compute(std::string_view dtype, std::string_view device) {
    Compute compute;
    const bool has_cuda = at::globalContext().hasCUDA();
    if (device == "cuda" && !has_cuda) {
        throw Error(
            "device is 'cuda', but this libtorch sees no GPU; use device: cpu or auto, or a libtorch built for CUDA");
    }
    if (device == "cuda" || (device == "auto" && has_cuda)) compute.device = at::Device(at::kCUDA, 0);
    if (dtype != "auto") {
        compute.dtype = dtype == "bfloat16" ? at::kBFloat16 : at::kFloat;
        compute.why = std::string(dtype) + ": as asked for";
    } else if (compute.device.is_cuda()) {
        compute = {at::kBFloat16, compute.device, "bfloat16: a GPU"};
    } else if (at::cpu::init_amx()) {
        compute = {at::kBFloat16, compute.device, "bfloat16: this CPU has AMX"};
    } else if (fast_bfloat16_dot_product()) {
        compute = {at::kBFloat16, compute.device, "bfloat16: this CPU's AVX512-BF16 is faster than float32"};
    } else {
        compute.why = "float32: this CPU has no faster bfloat16";
    }
    return compute;
}

void prepare_thread(int threads) {
    static std::once_flag once;
    std::call_once(once, [] {
        mallopt(M_MMAP_THRESHOLD, 32 << 20);  // glibc's maximum
        mallopt(M_TRIM_THRESHOLD, -1);        // never: the next step takes what this one gave back
        mallopt(M_TOP_PAD, 64 << 20);
    });
    at::set_num_threads(threads);
}

}  // namespace anabranch::lm
