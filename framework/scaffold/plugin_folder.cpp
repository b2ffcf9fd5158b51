#include <anabranch/atomic_file.h>
#include <anabranch/error.h>
#include <framework/scaffold/plugin_folder.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

std::string filled(std::string text, std::string_view placeholder, std::string_view value) {
    for (std::size_t at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at)) {
        text.replace(at, placeholder.size(), value);
        at += value.size();
    }
    return text;
}

bool is_one_of(char c, std::string_view others) {
    return (c >= 'a' && c <= 'z') || others.find(c) != std::string_view::npos;
}

/// A folder that is removed again unless it gets its final name.
class Staged {
  public:
    explicit Staged(fs::path path) : path_(std::move(path)) {
        std::error_code problem;
        if (!fs::create_directory(path_, problem)) {
            throw Error(cat("the folder ", path_.string(),
                            " cannot be made: ", problem ? problem.message() : std::string("it is there already")));
        }
    }
    ~Staged() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Staged(const Staged&) = delete;
    Staged& operator=(const Staged&) = delete;
    [[nodiscard]] const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

}  // namespace

std::string plugin_name_problem(std::string_view name) {
    const bool fits = !name.empty() && is_one_of(name.front(), "") &&
                      std::ranges::all_of(name, [](char c) { return is_one_of(c, "0123456789_"); });
    if (!fits)
        return cat("'", name, "' cannot name a plugin: expected lower-case letters, digits and '_', a letter first");
    if (name == "anabranch") return "'anabranch' is the name of the SDK itself; choose another one";
    return "";
}

std::vector<fs::path> write_plugin_folder(std::string_view name, std::string_view version, const fs::path& folder) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(folder, ignored))) {
        throw Error(cat(folder.string(),
                        " is there already, and nothing was written; remove it, or name another "
                        "folder by --dir"));
    }
    const fs::path parent = fs::absolute(folder).lexically_normal().parent_path();
    const Staged staged(parent / cat(".", name, "-", getpid()));
    std::vector<fs::path> files;
    for (const auto& [file, text] : plugin_templates()) {
        AtomicFile out(staged.path() / file);
        out.write(filled(filled(std::string(text), "@NAME@", name), "@VERSION@", version));
        out.commit();
        files.push_back(folder / file);
    }
    std::error_code problem;
    fs::rename(staged.path(), folder, problem);
    if (problem) throw Error(cat("the folder ", folder.string(), " cannot be made: ", problem.message()));
    return files;
}

}  // namespace anabranch::framework
