#include <anabranch/error.h>
#include <framework/page/json_file.h>

#include <fstream>
#include <iterator>

namespace anabranch::framework {

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) {
        if (std::filesystem::exists(file)) throw Error(cat(file.string(), ": cannot be read"));
        return {};
    }
    return {std::istreambuf_iterator<char>(in), {}};
}

Json parse_json(const std::filesystem::path& file, const std::string& text) {
    try {
        return Json::parse(text);
    } catch (const Json::exception& problem) {
        throw Error(cat(file.string(), ": expected JSON as a run writes it, found: ", problem.what()));
    }
}

void read_json_lines(const std::filesystem::path& file, const std::function<void(const Json&)>& use) {
    const std::string text = text_of(file);
    std::size_t number = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        if (end == std::string::npos) return;
        ++number;
        try {
            use(Json::parse(text.begin() + static_cast<std::ptrdiff_t>(at),
                            text.begin() + static_cast<std::ptrdiff_t>(end)));
        } catch (const Json::exception& problem) {
            throw Error(
                cat(file.string(), ":", number, ": expected a line as a run writes it, found: ", problem.what()));
        }
        at = end + 1;
    }
}

}  // namespace anabranch::framework
