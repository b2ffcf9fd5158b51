#include "anabranch/lm/rl/rewards.h"

#include <ATen/ATen.h>

#include "anabranch/error.h"

namespace anabranch::lm {

std::vector<std::int64_t> last_tokens(const at::Tensor& mask) {
    const at::Tensor counted = (mask != 0).to(at::kCPU).contiguous();
    const std::int64_t width = counted.size(1);
    const bool* row = counted.const_data_ptr<bool>();
    std::vector<std::int64_t> last;
    for (std::int64_t index = 0; index < counted.size(0); ++index, row += width) {
        std::int64_t column = width - 1;
        while (column >= 0 && !row[column]) --column;
        if (column < 0) throw Error(cat("row ", index, " of the mask is empty; expected at least one response token"));
        last.push_back(column);
    }
    return last;
}

at::Tensor token_rewards(const at::Tensor& kl, const at::Tensor& scores, double coef, const at::Tensor& mask) {
    if (kl.sizes() != mask.sizes() || scores.sizes() != at::IntArrayRef{mask.size(0)}) {
        throw Error(cat("rewards were asked for KL ", kl.sizes(), ", scores ", scores.sizes(), " and mask ",
                        mask.sizes(), "; expected [batch, R], [batch] and [batch, R]"));
    }
    const at::Tensor last = at::tensor(last_tokens(mask), at::kLong).to(kl.device()).unsqueeze(1);
    const at::Tensor is_last = at::arange(kl.size(1), last.options()).unsqueeze(0) == last;
    const at::Tensor penalty = kl * -coef;
    return at::where(is_last, penalty + scores.unsqueeze(1), penalty);
}

}  // namespace anabranch::lm
