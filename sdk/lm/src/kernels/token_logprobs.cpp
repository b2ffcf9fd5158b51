#include <ATen/ATen.h>
#include <anabranch/lm/kernels/linear.h>
#include <anabranch/lm/kernels/token_logprobs.h>
#include <torch/csrc/autograd/custom_function.h>

namespace anabranch::lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

class Function : public torch::autograd::Function<Function> {
  public:
    static variable_list forward(AutogradContext* ctx, const at::Tensor& hidden, const Weight& head,
                                 const at::Tensor& targets) {
        const bool differentiate = hidden.requires_grad();
        const std::int64_t rows = hidden.size(0);
        const auto floats = hidden.options().dtype(at::kFloat).requires_grad(false);
        at::Tensor logprobs = at::empty({rows}, floats);
        at::Tensor entropy = at::empty({rows}, floats);
        at::Tensor direction = differentiate ? at::empty_like(hidden) : at::Tensor();
        const std::int64_t chunk = logit_chunk_rows(hidden, head);
        for (std::int64_t first = 0; first < rows; first += chunk) {
            const std::int64_t size = std::min(chunk, rows - first);
            const at::Tensor wanted = targets.narrow(0, first, size);
            at::Tensor logits = project(hidden.narrow(0, first, size), head);
            const at::Tensor chosen = logits.gather(1, wanted.unsqueeze(1)).squeeze(1).to(at::kFloat);
            const SoftmaxSums sums = softmax_in_place(logits, differentiate);
            logprobs.narrow(0, first, size).copy_(chosen - sums.logsumexp);
            entropy.narrow(0, first, size).copy_(sums.entropy);
            if (differentiate) {
                at::Tensor expected = project_gradient(logits, head);
                direction.narrow(0, first, size)
                    .copy_(chosen_rows(head, wanted, expected.scalar_type()).sub_(expected));
            }
        }
        if (differentiate) ctx->save_for_backward({direction});
        ctx->mark_non_differentiable({entropy});
        return {logprobs, entropy};
    }

    static variable_list backward(AutogradContext* ctx, const variable_list& gradients) {
        const at::Tensor direction = ctx->get_saved_variables().front();
        return {direction * gradients.front().unsqueeze(1).to(direction.scalar_type()), at::Tensor(), at::Tensor()};
    }
};

}  // namespace

TokenLogprobs token_logprobs(const at::Tensor& hidden, const Weight& head, const at::Tensor& targets) {
    auto outputs = Function::apply(hidden, head, targets);
    return {outputs[0], outputs[1]};
}

}  // namespace anabranch::lm
