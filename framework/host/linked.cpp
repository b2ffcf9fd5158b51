#include <framework/host/linked.h>
#include <link.h>

#include <algorithm>
#include <cstddef>

namespace anabranch::framework {
namespace {

int add_own(dl_phdr_info* object, std::size_t /*size*/, void* found) {
    const std::filesystem::path file(object->dlpi_name);
    if (file.filename().string().starts_with("libanabranch_"))
        static_cast<std::vector<std::filesystem::path>*>(found)->push_back(file);
    return 0;
}

}  // namespace

std::vector<std::filesystem::path> linked_libraries() {
    std::vector<std::filesystem::path> found;
    ::dl_iterate_phdr(add_own, &found);
    std::ranges::sort(found);
    return found;
}

}  // namespace anabranch::framework
