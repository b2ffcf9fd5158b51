#include <anabranch/error.h>
#include <anabranch/json_text.h>
#include <framework/report/printed_file.h>

namespace anabranch::framework {

PrintedFile::PrintedFile(std::filesystem::path path, std::int64_t size) : path_(std::move(path)) {
    if (size > 0 || std::filesystem::exists(path_)) file_.emplace(path_, size);
}

void PrintedFile::write(std::uint64_t step, const std::string& node, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    if (!file_) file_.emplace(path_);
    std::string texts;
    for (const auto& line : lines) texts += (texts.empty() ? "" : ", ") + json_quote(line);
    file_->append(cat("{\"step\": ", step, ", \"node\": ", json_quote(node), ", \"lines\": [", texts, "]}\n"));
}

}  // namespace anabranch::framework
