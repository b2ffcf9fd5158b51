#include <framework/graph/dimensions.h>

#include <utility>

namespace anabranch::framework {

std::size_t Dimensions::make(Kind kind, std::string value) {
    items_.push_back({items_.size(), kind, std::move(value)});
    return items_.size() - 1;
}

std::size_t Dimensions::root(std::size_t dimension) const {
    while (items_[dimension].parent != dimension) dimension = items_[dimension].parent;
    return dimension;
}

bool Dimensions::unify(std::size_t left, std::size_t right) {
    left = root(left);
    right = root(right);
    if (left == right) return true;
    const auto kind = [&](std::size_t i) { return items_[i].kind; };
    if (kind(left) == Kind::unknown || kind(right) == Kind::unknown) return true;
    if (kind(left) == Kind::flexible) std::swap(left, right);
    if (kind(right) != Kind::flexible) {
        return kind(left) == Kind::constant && kind(right) == Kind::constant &&
               items_[left].value == items_[right].value;
    }
    items_[right].parent = left;
    return true;
}

}  // namespace anabranch::framework
