#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <anabranch/lm/kernels/linear.h>
#include <cpuid.h>

#include "int8_product.h"
#include "split_product.h"

namespace anabranch::lm {
namespace {

using Pointwise = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, std::string_view,
                             c10::List<std::optional<at::Scalar>>, std::optional<std::string_view>);

/// oneDNN's linear, where libtorch was built with it. It takes plain and transposed weights alike.
const std::optional<c10::TypedOperatorHandle<Pointwise>>& onednn_linear() {
    static const auto handle = [] {
        const auto found = c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""});
        return found ? std::optional(found->typed<Pointwise>()) : std::nullopt;
    }();
    return handle;
}

using Reorder = at::Tensor(const at::Tensor&, std::optional<c10::SymInt>);

const std::optional<c10::TypedOperatorHandle<Reorder>>& onednn_reorder() {
    static const auto handle = [] {
        const auto found = c10::Dispatcher::singleton().findSchema({"mkldnn::_reorder_linear_weight", ""});
        return found ? std::optional(found->typed<Reorder>()) : std::nullopt;
    }();
    return handle;
}

bool is_intel() {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __get_cpuid(0, &a, &b, &c, &d) != 0 && b == signature_INTEL_ebx;
}

/// On Intel's own CPUs MKL's float32 products of many rows are 5 to 20 % faster than oneDNN's; elsewhere they
/// are slow.
bool prefers_mkl(const at::Tensor& x) {
    static const bool has_fast_mkl = at::hasMKL() && is_intel();
    constexpr std::int64_t many = 128;
    return has_fast_mkl && x.is_cpu() && x.scalar_type() == at::kFloat && x.size(0) >= many;
}

at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight) {
    if (kernels::prefers_split_product(x, weight)) return kernels::split_product(x, weight);
    if (prefers_mkl(x)) return at::mm(x, weight.t());
    if (x.is_cpu() && x.numel() > 0 && onednn_linear()) {
        return onednn_linear()->call(x, weight, std::nullopt, "none", c10::List<std::optional<at::Scalar>>(), "");
    }
    return at::linear(x, weight);
}

/// Rows of an int8 weight that are plain at a time.
std::int64_t block_rows(const Weight& weight, at::ScalarType dtype) {
    const std::int64_t row = weight.size(1) * static_cast<std::int64_t>(c10::elementSize(dtype));
    return std::max<std::int64_t>(64, (std::int64_t{8} << 20) / row);
}

}  // namespace

at::Tensor project(const at::Tensor& x, const at::Tensor& weight) {
    return times_transposed(x, weight);
}

at::Tensor packed_for_rows(const at::Tensor& weight, std::int64_t rows) {
    const bool gains = weight.is_cpu() && weight.scalar_type() == at::kBFloat16 && onednn_linear() && onednn_reorder();
    return gains ? onednn_reorder()->call(weight, rows) : weight;
}

at::Tensor project_gradient(const at::Tensor& dy, const at::Tensor& weight) {
    return times_transposed(dy, weight.t());
}

at::Tensor project(const at::Tensor& x, const Weight& weight) {
    if (!weight.quantised()) return project(x, weight.values);
    if (kernels::prefers_int8_product(x)) return kernels::int8_product(x, weight);
    const at::ScalarType dtype = x.scalar_type();
    const std::int64_t rows = weight.size(0);
    const std::int64_t block = block_rows(weight, dtype);
    if (rows <= block) return project(x, plain_rows(weight, 0, rows, dtype));
    at::Tensor out = at::empty({x.size(0), rows}, x.options());
    for (std::int64_t first = 0; first < rows; first += block) {
        const std::int64_t size = std::min(block, rows - first);
        out.narrow(1, first, size).copy_(project(x, plain_rows(weight, first, size, dtype)));
    }
    return out;
}

at::Tensor project_gradient(const at::Tensor& dy, const Weight& weight) {
    if (!weight.quantised()) return project_gradient(dy, weight.values);
    const at::ScalarType dtype = dy.scalar_type();
    const std::int64_t rows = weight.size(0);
    const std::int64_t block = block_rows(weight, dtype);
    if (rows <= block) return project_gradient(dy, plain_rows(weight, 0, rows, dtype));
    at::Tensor sum = at::zeros({dy.size(0), weight.size(1)}, dy.options().dtype(at::kFloat));
    for (std::int64_t first = 0; first < rows; first += block) {
        const std::int64_t size = std::min(block, rows - first);
        sum.add_(project_gradient(dy.narrow(1, first, size).contiguous(), plain_rows(weight, first, size, dtype)));
    }
    return sum.to(dtype);
}

Weight packed_for_rows(const Weight& weight, std::int64_t rows) {
    return weight.quantised() ? weight : Weight(packed_for_rows(weight.values, rows));
}

void add_projection(at::Tensor& y, const at::Tensor& u, const at::Tensor& b, double scale) {
    at::addmm_out(y, y, u, b.t(), 1.0, scale);
}

}  // namespace anabranch::lm
