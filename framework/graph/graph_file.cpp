#include <framework/graph/yaml_reader.h>

#include <fstream>

namespace anabranch::framework {

std::string read_graph_file(const std::filesystem::path& file, std::string& text) {
    std::error_code ignored;
    if (std::filesystem::is_directory(file, ignored)) return "this is a folder, expected a graph file";
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return std::filesystem::exists(file, ignored) ? "the file cannot be read" : "there is no such file";
    text.assign(YamlLimits{}.bytes + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return "";
}

}  // namespace anabranch::framework
