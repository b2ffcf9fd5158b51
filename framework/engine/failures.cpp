#include <anabranch/error.h>
#include <framework/engine/failures.h>

namespace anabranch::framework {
namespace {

template <typename T>
std::string place(std::string_view kind, const T& thing) {
    std::string where = thing.location.file.empty() ? "" : cat(thing.location.file, ":", thing.location.line, ": ");
    if (!thing.plugin.empty()) {
        return cat(where, kind, " '", thing.name, "' (", thing.spec.name, ", plugin ", thing.plugin, ")");
    }
    return cat(where, kind, " '", thing.name, "' (", thing.spec.name, ")");
}

}  // namespace

void Failures::add(std::string message, std::optional<std::size_t> node) {
    const std::scoped_lock lock(mutex_);
    if (node) nodes_.insert(*node);
    messages_.push_back(std::move(message));
    any_ = true;
}

bool Failures::failed(std::size_t node) const {
    const std::scoped_lock lock(mutex_);
    return nodes_.contains(node);
}

std::vector<std::string> Failures::messages() const {
    const std::scoped_lock lock(mutex_);
    return messages_;
}

std::string message_of(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const std::bad_alloc&) {
        return "out of memory";
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "threw something that is no exception";
    }
}

std::string place_of(const PlanNode& node) {
    return place("node", node);
}
std::string place_of(const PlanResource& resource) {
    return place("resource", resource);
}

}  // namespace anabranch::framework
