#include <ATen/ATen.h>
#include <anabranch/lm/kernels/weight_gradient.h>

namespace anabranch::lm {

at::Tensor weight_gradient(const at::Tensor& dy, const at::Tensor& x) {
    return at::mm(dy.t(), x).to(at::kFloat);
}

void add_weight_gradient(at::Tensor& sum, const at::Tensor& dy, const at::Tensor& x) {
    if (dy.scalar_type() == at::kFloat) {
        at::addmm_out(sum, sum, dy.t(), x);
    } else {
        sum.add_(at::mm(dy.t(), x));
    }
}

at::Tensor norm_weight_gradient(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& rstd) {
    return at::mv((dy.to(at::kFloat) * x.to(at::kFloat)).t(), rstd);
}

}  // namespace anabranch::lm
