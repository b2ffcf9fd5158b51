#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <anabranch/lm/kernels/linear.h>

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

at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight) {
    if (x.is_cpu() && x.numel() > 0 && onednn_linear()) {
        return onednn_linear()->call(x, weight, std::nullopt, "none", c10::List<std::optional<at::Scalar>>(), "");
    }
    return at::linear(x, weight);
}

}  // namespace

at::Tensor project(const at::Tensor& x, const at::Tensor& weight) {
    return times_transposed(x, weight);
}

at::Tensor project_gradient(const at::Tensor& dy, const at::Tensor& weight) {
    return times_transposed(dy, weight.t());
}

void add_projection(at::Tensor& y, const at::Tensor& u, const at::Tensor& b, double scale) {
    at::addmm_out(y, y, u, b.t(), 1.0, scale);
}

}  // namespace anabranch::lm
