#include "anabranch/lm/rl/kl.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "anabranch/error.h"

namespace anabranch::lm {

namespace {

void check_same_shape(const at::Tensor& logprobs, const at::Tensor& ref_logprobs) {
    if (logprobs.sizes() != ref_logprobs.sizes()) {
        throw Error(cat("log-probabilities are ", logprobs.sizes(), " and the reference's are ", ref_logprobs.sizes(),
                        "; expected the same shape"));
    }
}

}  // namespace

KlKind kl_kind_named(std::string_view name) {
    if (name == "kl") return KlKind::kl;
    if (name == "abs") return KlKind::abs;
    if (name == "mse") return KlKind::mse;
    if (name == "full") return KlKind::full;
    throw Error(cat("there is no KL penalty '", name, "'; expected kl, abs, mse or full"));
}

at::Tensor kl_penalty(KlKind kind, const at::Tensor& logprobs, const at::Tensor& ref_logprobs) {
    check_same_shape(logprobs, ref_logprobs);
    at::Tensor difference = logprobs - ref_logprobs;
    switch (kind) {
        case KlKind::kl:
            return difference;
        case KlKind::abs:
            return difference.abs();
        case KlKind::mse:
            return 0.5 * difference.square();
        case KlKind::full:
            break;
    }
    throw Error("the full KL penalty needs log-probabilities of the whole vocabulary; use full_kl on [..., V] rows");
}

at::Tensor full_kl(const at::Tensor& logprobs, const at::Tensor& ref_logprobs, std::int64_t chunk) {
    check_same_shape(logprobs, ref_logprobs);
    if (chunk < 1) throw Error(cat("the chunk is ", chunk, " rows; expected at least 1"));
    const at::NoGradGuard no_graph;
    const std::int64_t vocabulary = logprobs.size(-1);
    const at::Tensor rows = logprobs.reshape({-1, vocabulary});
    const at::Tensor ref_rows = ref_logprobs.reshape({-1, vocabulary});
    at::Tensor out = at::empty({rows.size(0)}, logprobs.options().dtype(at::kFloat));
    for (std::int64_t start = 0; start < rows.size(0); start += chunk) {
        const std::int64_t count = std::min(chunk, rows.size(0) - start);
        const at::Tensor row = rows.narrow(0, start, count).to(at::kFloat);
        const at::Tensor ref_row = ref_rows.narrow(0, start, count).to(at::kFloat);
        out.narrow(0, start, count).copy_((row.exp() * (row - ref_row)).sum(-1));
    }
    return out.reshape(logprobs.sizes().slice(0, static_cast<std::size_t>(logprobs.dim() - 1)));
}

}  // namespace anabranch::lm
