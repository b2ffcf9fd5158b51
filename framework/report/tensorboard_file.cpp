#include <anabranch/error.h>
#include <framework/report/event_record.h>
#include <framework/report/tensorboard_file.h>
#include <unistd.h>

#include <array>
#include <chrono>

namespace anabranch::framework {
namespace {

namespace fs = std::filesystem;

double now() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// TensorBoard reads the files of a folder in the order of their names, so the time comes first.
fs::path new_file(const fs::path& directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) throw Error(cat(directory.string(), ": cannot create: ", error.message()));
    std::array<char, 256> host{};
    if (gethostname(host.data(), host.size() - 1) != 0) host = {"localhost"};
    const auto seconds = static_cast<std::uint64_t>(now());
    const std::string name = cat("events.out.tfevents.", seconds, ".", host.data(), ".", getpid(), ".");
    std::size_t number = 0;
    while (fs::exists(directory / cat(name, number))) ++number;
    return directory / cat(name, number);
}

}  // namespace

TensorBoardFile::TensorBoardFile(const fs::path& directory) : file_(new_file(directory)) {
    file_.append(version_record(now()));
}

void TensorBoardFile::scalars(std::uint64_t step, const Metrics& metrics) {
    if (!metrics.empty()) file_.append(scalars_record(now(), step, metrics));
}

void TensorBoardFile::text(std::uint64_t step, const std::string& tag, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    std::string text;
    for (const auto& line : lines) text += "    " + line + "\n";  // as code, so that Markdown leaves it alone
    file_.append(text_record(now(), step, tag, text));
}

}  // namespace anabranch::framework
