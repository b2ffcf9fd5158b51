#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/generate/sampler.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "../kernels/dispatch.h"
#include "../kernels/vector_math.h"

namespace anabranch::lm {
namespace {

using kernels::lanes;

constexpr std::int64_t block = 256;  // of the vocabulary, whose mass is summed as one

/// Mass e^((z - top) / temperature) of every block of logits, and the sum of e^(z - top).
struct Masses {
    const float* logits;
    std::int64_t width;
    float top;
    float inverse_temperature;
    float* blocks;
    float plain;
};

[[gnu::always_inline]] inline void sum_blocks(Masses& m) {
    float plain = 0.0F;
    for (std::int64_t first = 0, index = 0; first < m.width; first += block, ++index) {
        const std::int64_t last = std::min(first + block, m.width);
        float warm[lanes] = {};
        float cold[lanes] = {};
        std::int64_t i = first;
        for (; i + lanes <= last; i += lanes) {
            for (int lane = 0; lane < lanes; ++lane) {
                const float below = m.logits[i + lane] - m.top;
                warm[lane] += kernels::exponential(below * m.inverse_temperature);
                cold[lane] += kernels::exponential(below);
            }
        }
        for (; i < last; ++i) {
            warm[0] += kernels::exponential((m.logits[i] - m.top) * m.inverse_temperature);
            cold[0] += kernels::exponential(m.logits[i] - m.top);
        }
        m.blocks[index] = kernels::sum_lanes(warm);
        plain += kernels::sum_lanes(cold);
    }
    m.plain = plain;
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] void sum(Masses& m) {
    sum_blocks(m);
}

/// The largest logit, NaN left out.
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]] float largest(const float* logits,
                                                                                    std::int64_t width) {
    float tops[lanes];
    for (float& top : tops) top = -INFINITY;
    std::int64_t i = 0;
    for (; i + lanes <= width; i += lanes) {
        for (int lane = 0; lane < lanes; ++lane)
            tops[lane] = logits[i + lane] > tops[lane] ? logits[i + lane] : tops[lane];
    }
    for (; i < width; ++i) tops[0] = logits[i] > tops[0] ? logits[i] : tops[0];
    return *std::max_element(tops, tops + lanes);
}

/// One row's logits as float32, and what choosing from them needs.
class Row {
  public:
    Row(const float* logits, std::int64_t width, const SamplerOptions& options)
        : logits_(logits), width_(width), options_(options), top_(largest(logits, width)) {
        blocks_.resize(static_cast<std::size_t>((width + block - 1) / block));
        Masses masses{logits, width, top_, inverse_temperature(), blocks_.data(), 0};
        sum(masses);
        if (std::isnan(masses.plain)) {  // a sum over all of them
            throw Error(
                "the model's logits are not numbers (NaN); its weights or adapter are broken, or training diverged");
        }
        logsumexp_ = top_ + std::log(masses.plain);
    }

    [[nodiscard]] float logprob(std::int64_t id) const { return logits_[id] - logsumexp_; }

    [[nodiscard]] std::int64_t choose(double uniform) const {
        if (options_.temperature == 0) return std::max_element(logits_, logits_ + width_) - logits_;
        const bool whole = (options_.top_k == 0 || options_.top_k >= width_) && options_.top_p >= 1;
        return whole ? choose_from_all(uniform) : choose_from_top(uniform);
    }

  private:
    [[nodiscard]] float inverse_temperature() const {
        return options_.temperature == 0 ? 1.0F : static_cast<float>(1.0 / options_.temperature);
    }
    [[nodiscard]] double mass(std::int64_t id) const {
        return kernels::exponential((logits_[id] - top_) * inverse_temperature());
    }
    [[nodiscard]] double total() const { return std::accumulate(blocks_.begin(), blocks_.end(), 0.0); }

    /// Inverse of the cumulative distribution in the order of the ids: first the block, then the token in it.
    [[nodiscard]] std::int64_t choose_from_all(double uniform) const {
        double left = uniform * total();
        std::size_t index = 0;
        while (index + 1 < blocks_.size() && left >= blocks_[index]) left -= blocks_[index++];
        const std::int64_t first = static_cast<std::int64_t>(index) * block;
        const std::int64_t last = std::min(first + block, width_);
        for (std::int64_t id = first; id < last; ++id) {
            left -= mass(id);
            if (left < 0) return id;
        }
        return std::max_element(logits_ + first, logits_ + last) - logits_;  // only rounding comes here
    }

    [[nodiscard]] std::int64_t choose_from_top(double uniform) const {
        const std::int64_t limit = options_.top_k == 0 ? width_ : std::min(options_.top_k, width_);
        std::vector<std::int64_t> ids(static_cast<std::size_t>(width_));
        std::iota(ids.begin(), ids.end(), 0);
        const auto before = [this](std::int64_t a, std::int64_t b) {
            return logits_[a] != logits_[b] ? logits_[a] > logits_[b] : a < b;
        };
        // Sorting a part is nearly always enough; take more of it while top_p asks for more.
        double kept_total = options_.top_k == 0 ? total() : 0;
        std::int64_t sorted = options_.top_k == 0 ? std::min<std::int64_t>(width_, 512) : limit;
        std::partial_sort(ids.begin(), ids.begin() + sorted, ids.end(), before);
        if (options_.top_k != 0) {
            for (std::int64_t i = 0; i < limit; ++i) kept_total += mass(ids[static_cast<std::size_t>(i)]);
        }
        double kept = 0;
        std::int64_t count = 0;
        while (count < limit && (count == 0 || kept < options_.top_p * kept_total)) {
            if (count == sorted) {
                const std::int64_t more = std::min(limit, sorted * 4);
                std::partial_sort(ids.begin() + sorted, ids.begin() + more, ids.end(), before);
                sorted = more;
            }
            kept += mass(ids[static_cast<std::size_t>(count++)]);
        }
        double left = uniform * kept;
        for (std::int64_t i = 0; i < count; ++i) {
            left -= mass(ids[static_cast<std::size_t>(i)]);
            if (left < 0) return ids[static_cast<std::size_t>(i)];
        }
        return ids.front();
    }

    const float* logits_;
    std::int64_t width_;
    const SamplerOptions& options_;
    float top_;
    float logsumexp_ = 0;
    std::vector<float> blocks_;
};

}  // namespace

Sampled sample(const at::Tensor& logits, std::span<const RowDraw> draws, const SamplerOptions& options,
               const Random& random) {
    const at::Tensor on_cpu = logits.to(at::kCPU).contiguous();
    const std::int64_t width = on_cpu.size(1);
    Sampled sampled{std::vector<std::int64_t>(draws.size()), std::vector<float>(draws.size())};
    at::parallel_for(0, static_cast<std::int64_t>(draws.size()), 1, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t row = first; row < last; ++row) {
            const auto i = static_cast<std::size_t>(row);
            const at::Tensor values = on_cpu[row].to(at::kFloat);
            const Row choice(values.const_data_ptr<float>(), width, options);
            sampled.ids[i] = choice.choose(random.uniform(draws[i].row, draws[i].position));
            sampled.logprobs[i] = choice.logprob(sampled.ids[i]);
        }
    });
    return sampled;
}

}  // namespace anabranch::lm
