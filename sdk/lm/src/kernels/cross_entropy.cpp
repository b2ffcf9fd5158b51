#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/lm/kernels/cross_entropy.h>
#include <anabranch/lm/kernels/linear.h>
#include <anabranch/lm/kernels/token_logprobs.h>
#include <anabranch/lm/kernels/weight_gradient.h>
#include <torch/csrc/autograd/custom_function.h>

namespace anabranch::lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Gradients of the sum of losses; undefined where none is asked for.
struct Gradients {
    at::Tensor hidden;
    at::Tensor head;
};

/// Adds one chunk's gradients, `first` its first row; the probabilities are used up.
void add_chunk(Gradients& gradients, at::Tensor& probabilities, const at::Tensor& hidden, const Weight& head,
               const at::Tensor& wanted, std::int64_t first) {
    if (gradients.hidden.defined()) {
        // The row of the target apart from the products, where a bfloat16 sum would lose it among the others.
        gradients.hidden.narrow(0, first, hidden.size(0))
            .copy_(project_gradient(probabilities, head).sub_(chosen_rows(head, wanted, hidden.scalar_type())));
    }
    if (gradients.head.defined()) {
        probabilities.scatter_add_(1, wanted.unsqueeze(1), at::full({wanted.size(0), 1}, -1, probabilities.options()));
        add_weight_gradient(gradients.head, probabilities, hidden);
    }
}

class Function : public torch::autograd::Function<Function> {
  public:
    static at::Tensor forward(AutogradContext* ctx, const at::Tensor& hidden, const Weight& head,
                              const at::Tensor& targets, at::TensorList trained_head, bool record) {
        Gradients gradients;
        if (record && hidden.requires_grad()) gradients.hidden = at::empty_like(hidden);
        if (record && !trained_head.empty())
            gradients.head = at::zeros(head.values.sizes(), head.values.options().dtype(at::kFloat));
        at::Tensor total = at::zeros({}, hidden.options().dtype(at::kDouble));
        const std::int64_t chunk = logit_chunk_rows(hidden, head);
        for (std::int64_t first = 0; first < hidden.size(0); first += chunk) {
            const std::int64_t size = std::min(chunk, hidden.size(0) - first);
            const at::Tensor rows = hidden.narrow(0, first, size);
            const at::Tensor wanted = targets.narrow(0, first, size);
            at::Tensor logits = project(rows, head);
            const at::Tensor chosen = logits.gather(1, wanted.unsqueeze(1)).squeeze(1).to(at::kFloat);
            const SoftmaxSums sums = softmax_in_place(logits, record);
            total += (sums.logsumexp - chosen).sum(at::kDouble);
            if (record) add_chunk(gradients, logits, rows, head, wanted, first);
        }
        ctx->save_for_backward({gradients.hidden, gradients.head});
        ctx->saved_data["trained_head"] = !trained_head.empty();
        return total.to(at::kFloat);
    }

    static variable_list backward(AutogradContext* ctx, const variable_list& outer) {
        const auto saved = ctx->get_saved_variables();
        // In place: a second backward through the same loss is not for training, and the head's is a large matrix.
        const auto scaled = [&](const at::Tensor& gradient) {
            return gradient.defined() ? at::Tensor(gradient).mul_(outer.front().to(gradient.scalar_type()))
                                      : at::Tensor();
        };
        variable_list result{scaled(saved[0]), at::Tensor(), at::Tensor()};
        if (ctx->saved_data["trained_head"].toBool()) result.push_back(scaled(saved[1]));
        result.emplace_back();  // record
        return result;
    }
};

}  // namespace

at::Tensor cross_entropy_sum(const at::Tensor& hidden, const Weight& head, const at::Tensor& targets,
                             const at::Tensor& trained_head) {
    const bool record = at::GradMode::is_enabled() &&
                        (hidden.requires_grad() || (trained_head.defined() && trained_head.requires_grad()));
    const auto leaf = trained_head.defined() ? at::TensorList(trained_head) : at::TensorList();
    return Function::apply(hidden, head, targets, leaf, record);
}

}  // namespace anabranch::lm
