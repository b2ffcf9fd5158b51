#include "anabranch/lm/rl/ppo_batch.h"

#include <ATen/ATen.h>

#include "anabranch/error.h"
#include "anabranch/lm/rl/rewards.h"

namespace anabranch::lm {

namespace {

/// The first row for which `wrong` [rows, ...] holds anywhere, or -1.
std::int64_t first_row(const at::Tensor& wrong) {
    const at::Tensor rows = wrong.reshape({wrong.size(0), -1}).any(1).to(at::kCPU).nonzero();
    return rows.numel() == 0 ? -1 : rows.view(-1)[0].item<std::int64_t>();
}

at::Tensor number_matrix(const char* name, const at::Tensor& given, const at::Tensor& counted) {
    if (!given.defined()) throw Error(cat("the PPO batch has no ", name));
    const at::Tensor matrix = given.detach().to(counted.device(), at::kFloat);
    if (matrix.sizes() != counted.sizes()) {
        throw Error(cat("the PPO batch's ", name, " are ", matrix.sizes(), "; expected ", counted.sizes()));
    }
    const std::int64_t row = first_row(counted & ~matrix.isfinite());
    if (row >= 0) {
        const at::Tensor numbers = matrix[row].masked_select(counted[row] & ~matrix[row].isfinite());
        throw Error(cat("the PPO batch's ", name, " of row ", row, " hold ", numbers.view(-1)[0].item<double>(),
                        "; expected finite numbers"));
    }
    return matrix;
}

void check_lengths(const char* name, const std::vector<std::int64_t>& lengths, std::int64_t rows) {
    if (static_cast<std::int64_t>(lengths.size()) != rows) {
        throw Error(cat("the PPO batch has ", lengths.size(), ' ', name, " lengths for ", rows, " rows"));
    }
}

}  // namespace

PpoBatch checked(const PpoBatch& batch) {
    if (!batch.mask.defined() || batch.mask.dim() != 2 || batch.mask.numel() == 0) {
        throw Error("the PPO batch has no mask; expected [batch, R] with 1 on response tokens");
    }
    const std::int64_t stray = first_row((batch.mask != 0) & (batch.mask != 1));
    if (stray >= 0) throw Error(cat("row ", stray, " of the PPO batch's mask holds a number that is neither 0 nor 1"));
    static_cast<void>(last_tokens(batch.mask));  // throws for a row without a token
    const at::Tensor counted = batch.mask != 0;
    PpoBatch out = batch;
    out.mask = batch.mask.to(at::kFloat);
    out.logprobs = number_matrix("log-probabilities", batch.logprobs, counted);
    out.values = number_matrix("values", batch.values, counted);
    out.ref_logprobs = number_matrix("reference log-probabilities", batch.ref_logprobs, counted);
    if (batch.kl.defined()) out.kl = number_matrix("KL penalties", batch.kl, counted);
    out.scores = number_matrix("scores", batch.scores, at::ones({batch.rows()}, counted.options()));
    check_lengths("query", batch.query_lengths, batch.rows());
    check_lengths("response", batch.response_lengths, batch.rows());
    return out;
}

}  // namespace anabranch::lm
