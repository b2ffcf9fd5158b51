#include <ATen/ATen.h>
#include <anabranch/lm/tensor/bridge.h>

#include <algorithm>
#include <array>

namespace anabranch::lm {
namespace {

constexpr std::array<at::ScalarType, 8> scalar_types{at::kBool, at::kByte,     at::kInt,   at::kLong,
                                                     at::kHalf, at::kBFloat16, at::kFloat, at::kDouble};

Dtype dtype_of_scalar(at::ScalarType type) {
    const auto* found = std::ranges::find(scalar_types, type);
    if (found == scalar_types.end()) throw Error(cat("a tensor of ", at::toString(type), " has no column dtype"));
    return static_cast<Dtype>(found - scalar_types.begin());
}

}  // namespace

at::ScalarType scalar_type_of(Dtype dtype) {
    return scalar_types[static_cast<std::size_t>(dtype)];
}

at::Tensor tensor_of(const Array& array) {
    const bool cuda = array.device().kind == Device::Kind::cuda;
    const at::Device device(cuda ? at::kCUDA : at::kCPU,
                            static_cast<c10::DeviceIndex>(cuda ? array.device().index : -1));
    // from_blob takes a mutable pointer; the header's contract is that nobody writes.
    return at::from_blob(
        const_cast<void*>(array.data()), array.shape(), [owner = array.owner()](void*) {},
        at::TensorOptions().dtype(scalar_type_of(array.dtype())).device(device));
}

Array array_of(const at::Tensor& tensor) {
    auto owner = std::make_shared<const at::Tensor>(tensor.detach().contiguous());
    Device device;
    if (owner->is_cuda()) device = {Device::Kind::cuda, owner->get_device()};
    const at::Tensor& kept = *owner;
    return Array(dtype_of_scalar(kept.scalar_type()), kept.sizes().vec(), device, kept.const_data_ptr(), owner);
}

Ragged ragged_of(const at::Tensor& padded, const std::vector<std::int64_t>& lengths) {
    std::vector<std::int64_t> offsets{0};
    std::vector<at::Tensor> rows;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        rows.push_back(padded[static_cast<std::int64_t>(i)].narrow(0, 0, lengths[i]));
        offsets.push_back(offsets.back() + lengths[i]);
    }
    const at::Tensor flat = rows.empty() ? at::empty({0}, padded.options()) : at::cat(rows);
    return Ragged(array_of(flat.cpu()), std::move(offsets));
}

at::Tensor padded_of(const Ragged& ragged, std::int64_t width) {
    at::Tensor padded = at::zeros({ragged.rows(), width}, at::kFloat);
    for (std::int64_t i = 0; i < ragged.rows(); ++i) {
        std::ranges::copy(ragged.row<float>(i), padded.mutable_data_ptr<float>() + i * width);
    }
    return padded;
}

}  // namespace anabranch::lm
