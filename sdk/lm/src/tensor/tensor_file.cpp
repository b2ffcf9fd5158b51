#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <anabranch/error.h>
#include <anabranch/lm/tensor/tensor_file.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace anabranch::lm {
namespace {

constexpr std::array<std::pair<std::string_view, at::ScalarType>, 8> dtypes{{{"F32", at::kFloat},
                                                                             {"BF16", at::kBFloat16},
                                                                             {"F16", at::kHalf},
                                                                             {"F64", at::kDouble},
                                                                             {"I64", at::kLong},
                                                                             {"I32", at::kInt},
                                                                             {"U8", at::kByte},
                                                                             {"BOOL", at::kBool}}};

std::string dtype_name(const std::string& tensor, at::ScalarType type) {
    const auto* found = std::ranges::find(dtypes, type, &decltype(dtypes)::value_type::second);
    if (found == dtypes.end()) throw Error(cat("tensor '", tensor, "' of ", at::toString(type), " cannot be saved"));
    return std::string(found->first);
}

}  // namespace

void save_tensors(const std::filesystem::path& file, const NamedTensors& tensors,
                  const std::map<std::string, std::string>& metadata) {
    std::vector<at::Tensor> kept;
    std::vector<SafetensorsEntry> entries;
    for (const auto& [name, tensor] : tensors) {
        kept.push_back(tensor.detach().cpu().contiguous());
        const at::Tensor& values = kept.back();
        entries.push_back({name,
                           dtype_name(name, values.scalar_type()),
                           values.sizes().vec(),
                           {static_cast<const std::byte*>(values.const_data_ptr()), values.nbytes()}});
    }
    write_safetensors(file, entries, metadata);
}

at::Tensor load_tensor(const SafetensorsFile& file, std::string_view name) {
    const SafetensorsTensor& stored = file.tensor(name);
    const auto* found = std::ranges::find(dtypes, stored.dtype, &decltype(dtypes)::value_type::first);
    if (found == dtypes.end()) {
        throw Error(cat(file.name(), ": tensor '", name, "' has dtype ", stored.dtype,
                        ", expected F32, BF16, F16, F64, I64, I32, U8 or BOOL"));
    }
    at::Tensor tensor = at::empty(stored.shape, found->second);
    std::memcpy(tensor.mutable_data_ptr(), stored.bytes.data(), stored.bytes.size());
    return tensor;
}

void load_tensors(const std::filesystem::path& path, const NamedTensors& into) {
    const SafetensorsFile file(path);
    std::vector<at::Tensor> loaded;
    for (const auto& [name, target] : into) {
        loaded.push_back(load_tensor(file, name));
        if (loaded.back().sizes() != target.sizes()) {
            throw Error(cat(file.name(), ": tensor '", name, "' has shape ", loaded.back().sizes(),
                            ", the model needs ", target.sizes(),
                            "; the file belongs to another model or configuration"));
        }
    }
    for (const auto& [name, stored] : file.tensors()) {
        if (std::ranges::find(into, name, &NamedTensors::value_type::first) == into.end()) {
            throw Error(cat(file.name(), ": tensor '", name,
                            "' has no place in the model; the file belongs to another model or configuration"));
        }
    }
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < into.size(); ++i) at::Tensor(into[i].second).copy_(loaded[i]);
}

}  // namespace anabranch::lm
