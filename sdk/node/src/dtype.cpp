#include <anabranch/dtype.h>

#include <array>

namespace anabranch {
namespace {

struct Entry {
    std::string_view name;
    std::size_t size;
};

// Indexed by Dtype.
constexpr std::array<Entry, 8> entries{
    {{"bool", 1}, {"u8", 1}, {"i32", 4}, {"i64", 8}, {"f16", 2}, {"bf16", 2}, {"f32", 4}, {"f64", 8}}};

}  // namespace

std::size_t size_of(Dtype dtype) {
    return entries[static_cast<std::size_t>(dtype)].size;
}

std::string_view name_of(Dtype dtype) {
    return entries[static_cast<std::size_t>(dtype)].name;
}

std::optional<Dtype> dtype_from_name(std::string_view name) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i].name == name) return static_cast<Dtype>(i);
    }
    return std::nullopt;
}

}  // namespace anabranch
