#include "fused_lora.h"

#include <ATen/ATen.h>
#include <anabranch/lm/kernels/linear.h>

namespace anabranch::lm {
ModuleGroup qkv_group(const LlamaConfig& config) {
    const std::int64_t query = config.attention.query_width();
    const std::int64_t kv = config.attention.kv_width();
    return {{{Module::q, 0}, {Module::k, query}, {Module::v, query + kv}}, query + 2 * kv};
}
ModuleGroup output_group(const LlamaConfig& config) {
    return {{{Module::o, 0}}, config.hidden};
}
ModuleGroup gate_up_group(const LlamaConfig& config) {
    return {{{Module::gate, 0}, {Module::up, config.intermediate}}, 2 * config.intermediate};
}
ModuleGroup down_group(const LlamaConfig& config) {
    return {{{Module::down, 0}}, config.hidden};
}

FusedLora::FusedLora(const ModuleGroup& group, const Lora::Layer& layer, double scale, at::ScalarType dtype)
    : scale_(scale) {
    std::vector<at::Tensor> a;
    std::int64_t ranks = 0;
    for (const auto& [module, row] : group.members) {
        const auto& pair = layer[static_cast<std::size_t>(module)];
        if (!pair) continue;
        pieces_.push_back({module, row, pair->b.size(0), ranks, pair->a.size(0)});
        ranks += pair->a.size(0);
        a.push_back(pair->a.detach());
    }
    if (a.empty()) return;
    a_ = at::cat(a).to(dtype);
    b_ = at::zeros({group.rows, ranks}, a_.options());
    for (const Piece& piece : pieces_) {
        b_.narrow(0, piece.row, piece.out)
            .narrow(1, piece.rank, piece.ranks)
            .copy_(layer[static_cast<std::size_t>(piece.module)]->b.detach());
    }
}

void FusedLora::add(at::Tensor& y, const at::Tensor& x, const LoraDropout& dropout, Saved* saved) const {
    if (empty()) return;
    Saved now;
    if (dropout.probability > 0) {
        std::vector<at::Tensor> parts;
        for (const Piece& piece : pieces_) {
            now.dropouts.push_back(
                {dropout.probability, dropout.random.fork(static_cast<std::uint64_t>(piece.module)).key()});
            now.inputs.push_back(dropped(x, now.dropouts.back()));
            parts.push_back(project(now.inputs.back(), a_.narrow(0, piece.rank, piece.ranks)));
        }
        now.u = at::cat(parts, 1);
    } else {
        now.inputs = {x};
        now.u = project(x, a_);
    }
    add_projection(y, now.u, b_, scale_);
    if (saved != nullptr) *saved = std::move(now);
}

void FusedLora::backward(const at::Tensor& dy, const Saved& saved, at::Tensor& dx, std::span<at::Tensor> d_a,
                         std::span<at::Tensor> d_b) const {
    if (empty()) return;
    const at::Tensor du = project_gradient(dy, b_).mul_(scale_);
    const at::Tensor d_b_all = at::mm(dy.t(), saved.u).mul_(scale_);
    const bool whole = saved.dropouts.empty();
    const at::Tensor d_a_all = whole ? at::mm(du.t(), saved.inputs.front()) : at::Tensor();
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        const Piece& piece = pieces_[i];
        const auto module = static_cast<std::size_t>(piece.module);
        const at::Tensor du_piece = du.narrow(1, piece.rank, piece.ranks);
        d_b[module] =
            d_b_all.narrow(0, piece.row, piece.out).narrow(1, piece.rank, piece.ranks).to(at::kFloat).contiguous();
        const at::Tensor own =
            whole ? d_a_all.narrow(0, piece.rank, piece.ranks) : at::mm(du_piece.t(), saved.inputs[i]);
        d_a[module] = own.to(at::kFloat).contiguous();
        if (dx.defined() && !whole)
            add_dropped(dx, at::mm(du_piece, a_.narrow(0, piece.rank, piece.ranks)), saved.dropouts[i]);
    }
    if (dx.defined() && whole) at::addmm_out(dx, dx, du, a_);
}

}  // namespace anabranch::lm
