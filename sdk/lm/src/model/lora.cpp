#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/model/lora.h>

#include <cmath>

namespace anabranch::lm {
namespace {

constexpr std::array<std::string_view, module_count> module_names{"q_proj",    "k_proj",  "v_proj",   "o_proj",
                                                                  "gate_proj", "up_proj", "down_proj"};

struct Size {
    std::int64_t in;
    std::int64_t out;
};

Size size_of(Module module, const LlamaConfig& model) {
    const HeadLayout& heads = model.attention;
    switch (module) {
        case Module::q:
            return {model.hidden, heads.query_width()};
        case Module::k:
        case Module::v:
            return {model.hidden, heads.kv_width()};
        case Module::o:
            return {heads.query_width(), model.hidden};
        case Module::gate:
        case Module::up:
            return {model.hidden, model.intermediate};
        case Module::down:
            return {model.intermediate, model.hidden};
    }
    throw Error("a module that does not exist");
}

at::Tensor uniform(std::int64_t rows, std::int64_t columns, double bound, const Random& random) {
    at::Tensor values = at::empty({rows, columns}, at::kFloat);
    float* out = values.mutable_data_ptr<float>();
    for (std::int64_t i = 0; i < values.numel(); ++i) {
        out[i] = static_cast<float>((2.0 * random.uniform(static_cast<std::uint64_t>(i)) - 1.0) * bound);
    }
    return values;
}

at::Tensor leaf(const at::Tensor& values, at::Device device) {
    return values.to(device).requires_grad_(true);
}

template <typename Layers, typename Visit>
void for_pairs(Layers& layers, Visit visit) {
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
        for (std::size_t module = 0; module < module_count; ++module) {
            if (layers[layer][module]) visit(layer, static_cast<Module>(module), *layers[layer][module]);
        }
    }
}

}  // namespace

std::string_view name_of(Module module) {
    return module_names[static_cast<std::size_t>(module)];
}

std::optional<Module> module_from_name(std::string_view name) {
    for (std::size_t i = 0; i < module_count; ++i) {
        if (module_names[i] == name) return static_cast<Module>(i);
    }
    return std::nullopt;
}

std::string path_of(Module module) {
    return cat(static_cast<std::size_t>(module) < static_cast<std::size_t>(Module::gate) ? "self_attn." : "mlp.",
               name_of(module));
}

Lora::Lora(LoraConfig config, const LlamaConfig& model, const Random& random, at::Device device)
    : config_(std::move(config)), layers_(static_cast<std::size_t>(model.layers)) {
    for (std::size_t layer = 0; layer < layers_.size(); ++layer) {
        for (const Module module : config_.targets) {
            const Size size = size_of(module, model);
            const Random part = random.fork(layer).fork(name_of(module));
            const double bound = 1.0 / std::sqrt(static_cast<double>(size.in));
            layers_[layer][static_cast<std::size_t>(module)] = {
                leaf(uniform(config_.rank, size.in, bound, part), device),
                leaf(at::zeros({size.out, config_.rank}), device)};
        }
    }
}

std::vector<at::Tensor> Lora::parameters() const {
    std::vector<at::Tensor> all;
    for_pairs(layers_, [&](std::size_t, Module, const LoraPair& pair) {
        all.push_back(pair.a);
        all.push_back(pair.b);
    });
    return all;
}

std::vector<std::string> Lora::parameter_names() const {
    std::vector<std::string> names;
    for_pairs(layers_, [&](std::size_t layer, Module module, const LoraPair&) {
        const std::string prefix = cat("base_model.model.model.layers.", layer, ".", path_of(module));
        names.push_back(prefix + ".lora_A.weight");
        names.push_back(prefix + ".lora_B.weight");
    });
    return names;
}

Lora Lora::snapshot() const {
    Lora copy = *this;
    for_pairs(copy.layers_, [](std::size_t, Module, LoraPair& pair) {
        pair = {pair.a.detach().clone(), pair.b.detach().clone()};
    });
    return copy;
}

}  // namespace anabranch::lm
