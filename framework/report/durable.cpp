#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <fcntl.h>
#include <framework/report/durable.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

void sync_file(const fs::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int code = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (!synced) throw Error(cat(file.string(), ": cannot sync: ", std::system_category().message(code)));
}

void sync_tree(const fs::path& directory) {
    for (const auto& entry : fs::directory_iterator(directory)) {
        if (entry.is_directory()) {
            sync_tree(entry.path());
        } else if (entry.is_regular_file()) {
            sync_file(entry.path());
        }
    }
    sync_directory(directory);
}

}  // namespace

void write_whole(const fs::path& target, const std::function<void(const fs::path&)>& make) {
    const fs::path partial = target.parent_path() / cat(".", target.filename().string(), ".partial");
    try {
        if (target.has_parent_path()) fs::create_directories(target.parent_path());
        fs::remove_all(partial);  // of a run that was killed
        make(partial);
        if (fs::is_directory(partial)) {
            sync_tree(partial);
        } else {
            sync_file(partial);
        }
        if (fs::exists(target)) throw Error(cat(target.string(), ": exists already"));
        fs::rename(partial, target);
        sync_directory(target.has_parent_path() ? target.parent_path() : ".");
    } catch (...) {
        std::error_code ignored;
        fs::remove_all(partial, ignored);
        throw;
    }
}

void write_directory(const fs::path& target, const std::function<void(const fs::path&)>& fill) {
    write_whole(target, [&](const fs::path& partial) {
        fs::create_directory(partial);
        fill(partial);
    });
}

void remove_directory(const fs::path& folder) {
    const fs::path removed = folder.parent_path() / cat(".", folder.filename().string(), ".removed");
    fs::remove_all(removed);
    fs::rename(folder, removed);
    fs::remove_all(removed);
}

void remove_partials(const fs::path& folder) {
    std::vector<fs::path> found;
    if (!fs::is_directory(folder)) return;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.') && name.ends_with(".partial")) found.push_back(entry.path());
    }
    for (const auto& path : found) fs::remove_all(path);
}

}  // namespace anabranch::framework
