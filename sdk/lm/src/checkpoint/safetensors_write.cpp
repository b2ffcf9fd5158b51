#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "anabranch/atomic_file.h"
#include "anabranch/error.h"
#include "anabranch/lm/checkpoint/safetensors.h"
#include "anabranch/lm/json/writer.h"
#include "safetensors_layout.h"

namespace anabranch::lm {
namespace {

using Bytes = std::function<std::span<const std::byte>(std::size_t)>;

struct Place {
    const SafetensorsEntry* entry;
    std::size_t index;
    std::size_t element_bytes;
    std::uint64_t size;
};

Place checked(const std::filesystem::path& path, std::span<const SafetensorsEntry> entries, std::size_t index) {
    const SafetensorsEntry& entry = entries[index];
    const auto element_bytes = safetensors_dtype_bytes(entry.dtype);
    if (entry.name.empty() || entry.name == safetensors_metadata_key) {
        throw Error(cat(path.string(), ": \"", entry.name, "\" cannot be a tensor's name"));
    }
    if (!element_bytes) {
        throw Error(cat(path.string(), ": tensor \"", entry.name, "\" has the dtype \"", entry.dtype, "\"; known are ",
                        safetensors_dtypes));
    }
    const auto size = tensor_bytes(*element_bytes, entry.shape);
    if (!size) throw Error(cat(path.string(), ": tensor \"", entry.name, "\" has a shape that no file holds"));
    return {&entry, index, *element_bytes, *size};
}

void check_size(const std::filesystem::path& path, const Place& place, std::span<const std::byte> bytes) {
    if (bytes.size() == place.size) return;
    throw Error(cat(path.string(), ": tensor \"", place.entry->name, "\" has ", bytes.size(),
                    " bytes, which do not fit its dtype and shape"));
}

/// In the file's order.
std::vector<Place> places_of(const std::filesystem::path& path, std::span<const SafetensorsEntry> entries) {
    std::vector<Place> places;
    for (std::size_t i = 0; i < entries.size(); ++i) places.push_back(checked(path, entries, i));
    std::ranges::sort(places, [](const Place& a, const Place& b) {
        return std::tie(b.element_bytes, a.entry->name) < std::tie(a.element_bytes, b.entry->name);
    });
    std::vector<std::string_view> names;
    for (const Place& place : places) names.push_back(place.entry->name);
    std::ranges::sort(names);
    if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
        throw Error(cat(path.string(), ": tensor \"", *twice, "\" is given twice"));
    }
    return places;
}

std::string header_of(const std::vector<Place>& places, const std::map<std::string, std::string>& metadata) {
    JsonWriter writer;
    writer.begin_object();
    if (!metadata.empty()) {
        writer.key(safetensors_metadata_key).begin_object();
        for (const auto& [key, value] : metadata) writer.key(key).value(value);
        writer.end_object();
    }
    std::uint64_t offset = 0;
    for (const Place& place : places) {
        writer.key(place.entry->name).begin_object().key("dtype").value(place.entry->dtype).key("shape").begin_array();
        for (const std::int64_t length : place.entry->shape) writer.value(length);
        writer.end_array().key("data_offsets").begin_array().value(offset).value(offset + place.size);
        writer.end_array().end_object();
        offset += place.size;
    }
    std::string header = writer.end_object().take();
    header.resize((header.size() + 7) / 8 * 8, ' ');  // the data then begins at a multiple of 8
    return header;
}

}  // namespace

void write_safetensors(const std::filesystem::path& path, std::span<const SafetensorsEntry> entries, const Bytes& bytes,
                       const std::map<std::string, std::string>& metadata) {
    const auto places = places_of(path, entries);
    const std::string header = with_context([&] { return path.string(); }, [&] { return header_of(places, metadata); });
    const std::uint64_t header_bytes = header.size();

    AtomicFile file(path);
    file.write(std::as_bytes(std::span(&header_bytes, 1)));
    file.write(header);
    for (const Place& place : places) {
        const auto content = bytes(place.index);
        check_size(path, place, content);
        file.write(content);
    }
    file.commit();
}

void write_safetensors(const std::filesystem::path& path, std::span<const SafetensorsEntry> entries,
                       const std::map<std::string, std::string>& metadata) {
    for (std::size_t i = 0; i < entries.size(); ++i) check_size(path, checked(path, entries, i), entries[i].bytes);
    write_safetensors(
        path, entries, [&](std::size_t i) { return entries[i].bytes; }, metadata);
}

}  // namespace anabranch::lm
