#include <algorithm>
#include <cstring>
#include <string>
#include <tuple>

#include "anabranch/atomic_file.h"
#include "anabranch/error.h"
#include "anabranch/lm/checkpoint/safetensors.h"
#include "anabranch/lm/json/writer.h"
#include "safetensors_layout.h"

namespace anabranch::lm {
namespace {

std::size_t checked_element_bytes(const std::filesystem::path& path, const SafetensorsEntry& entry) {
    const auto element_bytes = safetensors_dtype_bytes(entry.dtype);
    if (entry.name.empty() || entry.name == safetensors_metadata_key) {
        throw Error(cat(path.string(), ": \"", entry.name, "\" cannot be a tensor's name"));
    }
    if (!element_bytes) {
        throw Error(cat(path.string(), ": tensor \"", entry.name, "\" has the dtype \"", entry.dtype, "\"; known are ",
                        safetensors_dtypes));
    }
    if (tensor_bytes(*element_bytes, entry.shape) != entry.bytes.size()) {
        throw Error(cat(path.string(), ": tensor \"", entry.name, "\" has ", entry.bytes.size(),
                        " bytes, which do not fit its dtype and shape"));
    }
    return *element_bytes;
}

std::vector<const SafetensorsEntry*> sorted(const std::filesystem::path& path,
                                            std::span<const SafetensorsEntry> entries) {
    using Key = std::tuple<std::size_t, std::string_view, const SafetensorsEntry*>;
    std::vector<Key> keys;
    for (const SafetensorsEntry& entry : entries) {
        keys.emplace_back(8 - checked_element_bytes(path, entry), entry.name, &entry);
    }
    std::ranges::sort(keys);
    std::vector<const SafetensorsEntry*> order;
    order.reserve(keys.size());
    for (const Key& key : keys) order.push_back(std::get<2>(key));
    return order;
}

std::string header_of(const std::vector<const SafetensorsEntry*>& order,
                      const std::map<std::string, std::string>& metadata) {
    JsonWriter writer;
    writer.begin_object();
    if (!metadata.empty()) {
        writer.key(safetensors_metadata_key).begin_object();
        for (const auto& [key, value] : metadata) writer.key(key).value(value);
        writer.end_object();
    }
    std::size_t offset = 0;
    for (const SafetensorsEntry* entry : order) {
        writer.key(entry->name).begin_object().key("dtype").value(entry->dtype).key("shape").begin_array();
        for (const std::int64_t length : entry->shape) writer.value(length);
        writer.end_array().key("data_offsets").begin_array().value(offset).value(offset + entry->bytes.size());
        writer.end_array().end_object();
        offset += entry->bytes.size();
    }
    std::string header = writer.end_object().take();
    header.resize((header.size() + 7) / 8 * 8, ' ');  // the data then begins at a multiple of 8
    return header;
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, std::span<const SafetensorsEntry> entries,
                       const std::map<std::string, std::string>& metadata) {
    const auto order = sorted(path, entries);
    std::vector<std::string_view> names;
    names.reserve(order.size());
    for (const SafetensorsEntry* entry : order) names.push_back(entry->name);
    std::ranges::sort(names);
    if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
        throw Error(cat(path.string(), ": tensor \"", *twice, "\" is given twice"));
    }
    const std::string header = with_context([&] { return path.string(); }, [&] { return header_of(order, metadata); });
    const std::uint64_t header_bytes = header.size();

    AtomicFile file(path);
    file.write(std::as_bytes(std::span(&header_bytes, 1)));
    file.write(header);
    for (const SafetensorsEntry* entry : order) file.write(entry->bytes);
    file.commit();
}

}  // namespace anabranch::lm
