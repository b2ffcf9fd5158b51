#include <anabranch/column.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace anabranch {

Array::Array(Dtype dtype, std::vector<std::int64_t> shape, Device device, const void* data,
             std::shared_ptr<const void> owner)
    : dtype_(dtype), shape_(std::move(shape)), device_(device), data_(data), owner_(std::move(owner)) {
    if (shape_.empty() || std::ranges::any_of(shape_, [](auto size) { return size < 0; })) {
        throw Error("an array column needs at least one dimension, and none below zero");
    }
}

std::int64_t Array::count(std::span<const std::int64_t> shape) {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

void Array::require(Dtype dtype) const {
    if (dtype_ != dtype) throw Error(cat("an array of ", name_of(dtype_), " was read as ", name_of(dtype)));
    if (device_.kind != Device::Kind::cpu)
        throw Error("an array in GPU memory was read on the CPU; copy it to the CPU first");
}

Ragged::Ragged(Array values, std::vector<std::int64_t> offsets)
    : values_(std::move(values)), offsets_(std::make_shared<const std::vector<std::int64_t>>(std::move(offsets))) {
    const bool right = values_.shape().size() == 1 && !offsets_->empty() && offsets_->front() == 0 &&
                       std::ranges::is_sorted(*offsets_) && offsets_->back() == values_.rows();
    if (!right) throw Error("a ragged column's offsets do not cover its values");
}

std::int64_t rows_of(const Column& column) {
    return std::visit([](const auto& kind) { return kind.rows(); }, column);
}

std::string describe(const Column& column) {
    if (std::holds_alternative<Strings>(column)) return cat("str[", rows_of(column), "]");
    if (const auto* ragged = std::get_if<Ragged>(&column)) {
        return cat(name_of(ragged->flat().dtype()), "[", ragged->rows(), ",~]");
    }
    const auto& array = std::get<Array>(column);
    std::string text = cat(name_of(array.dtype()), "[");
    for (std::size_t i = 0; i < array.shape().size(); ++i) text += cat(i == 0 ? "" : ",", array.shape()[i]);
    return text + "]";
}

}  // namespace anabranch
