#include <ATen/ATen.h>
#include <anabranch/lm/kernels/weight_gradient.h>

namespace anabranch::lm {

at::Tensor weight_gradient(const at::Tensor& dy, const at::Tensor& x) {
    return at::mm(dy.t(), x).to(at::kFloat);
}

void add_weight_gradient(at::Tensor& sum, const at::Tensor& dy, const at::Tensor& x) {
    if (dy.scalar_type() == at::kFloat) {
        at::addmm_out(sum, sum, dy.t(), x);
        return;
    }
    // Some rows at a time: the products of a head as a whole would be fresh memory at each call.
    const std::int64_t block = std::max<std::int64_t>(64, (std::int64_t{4} << 20) / x.size(1));
    for (std::int64_t first = 0; first < dy.size(1); first += block) {
        const std::int64_t size = std::min(block, dy.size(1) - first);
        sum.narrow(0, first, size).add_(at::mm(dy.narrow(1, first, size).t(), x));
    }
}

at::Tensor norm_weight_gradient(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& rstd) {
    return at::mv((dy.to(at::kFloat) * x.to(at::kFloat)).t(), rstd);
}

}  // namespace anabranch::lm
