#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "anabranch/error.h"
#include "anabranch/lm/checkpoint/safetensors.h"
#include "anabranch/lm/json/json.h"
#include "safetensors_layout.h"

namespace anabranch::lm {
namespace {

// The format's own limit; a header of this size would describe some million tensors.
constexpr std::uint64_t largest_header = 100'000'000;

struct Range {
    std::uint64_t begin;
    std::uint64_t end;
    std::string_view name;
};

// The tensors must fill the data end to end. In order of their beginnings, each begins where the one before ended.
void check_ranges(const std::string& file, std::vector<Range> ranges, std::uint64_t data_bytes) {
    std::ranges::sort(
        ranges, [](const Range& a, const Range& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    std::uint64_t end = 0;
    std::string_view before = "the beginning";
    for (const Range& range : ranges) {
        if (range.begin != end) {
            throw Error(cat(file, ": tensor \"", range.name, "\" begins at data byte ", range.begin, ", which ",
                            range.begin < end ? "overlaps " : "leaves a hole after ", before, " (it ends at ", end,
                            ")"));
        }
        end = range.end;
        before = range.name;
    }
    if (end != data_bytes) {
        throw Error(cat(file, ": the tensors end at data byte ", end, ", but the file has ", data_bytes,
                        " bytes of data; it is damaged or not what its header says"));
    }
}

std::string listed(const std::map<std::string, SafetensorsTensor, std::less<>>& tensors) {
    std::string text;
    for (const auto& [name, tensor] : tensors) {
        if (text.size() > 300) return text + ", ...";
        text += (text.empty() ? "" : ", ") + name;
    }
    return text.empty() ? "none" : text;
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : file_(std::in_place, path), name_(path.string()) {
    read(file_->bytes());
}

SafetensorsFile::SafetensorsFile(std::string name, std::span<const std::byte> bytes) : name_(std::move(name)) {
    read(bytes);
}

void SafetensorsFile::read(std::span<const std::byte> bytes) {
    std::uint64_t header_bytes = 0;
    if (bytes.size() < sizeof(header_bytes)) {
        throw Error(
            cat(name_, ": is no safetensors file: it has ", bytes.size(), " bytes, not even the header's length"));
    }
    std::memcpy(&header_bytes, bytes.data(), sizeof(header_bytes));
    const std::span<const std::byte> rest = bytes.subspan(sizeof(header_bytes));
    if (header_bytes > rest.size() || header_bytes > largest_header) {
        throw Error(cat(name_, ": byte 0: the header is said to have ", header_bytes, " bytes, but ", rest.size(),
                        " follow (and ", largest_header,
                        " is the most); the file is truncated, or no safetensors file"));
    }
    const std::string_view text(reinterpret_cast<const char*>(rest.data()), static_cast<std::size_t>(header_bytes));
    const std::span<const std::byte> data = rest.subspan(static_cast<std::size_t>(header_bytes));
    const Json header = Json::parse(text, name_ + " (header)");

    std::vector<Range> ranges;
    for (std::size_t i = 0; i < header.size(); ++i) {
        const std::string& name = header.key(i);
        const Json entry = header.member(i);
        if (name == safetensors_metadata_key) {
            for (std::size_t k = 0; k < entry.size(); ++k) metadata_.emplace(entry.key(k), entry.member(k).string());
            continue;
        }
        SafetensorsTensor tensor;
        tensor.dtype = entry.at("dtype").string();
        const auto element_bytes = safetensors_dtype_bytes(tensor.dtype);
        if (!element_bytes) {
            entry.at("dtype").fail(cat("is \"", tensor.dtype, "\"; known are ", safetensors_dtypes));
        }
        const Json shape = entry.at("shape");
        for (std::size_t k = 0; k < shape.size(); ++k) tensor.shape.push_back(shape.at(k).integer());
        const Json offsets = entry.at("data_offsets");
        if (offsets.size() != 2) offsets.fail("should hold the tensor's begin and end");
        const std::uint64_t begin = offsets.at(0).unsigned_integer();
        const std::uint64_t end = offsets.at(1).unsigned_integer();
        if (begin > end || end > data.size()) {
            offsets.fail(cat("is [", begin, ", ", end, "] in ", data.size(),
                             " bytes of data; the file is truncated or damaged"));
        }
        if (tensor_bytes(*element_bytes, tensor.shape) != end - begin) {
            entry.fail(cat("has ", end - begin, " bytes, which do not fit its dtype and shape"));
        }
        tensor.bytes = data.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
        const auto place = tensors_.emplace(name, std::move(tensor)).first;
        ranges.push_back({begin, end, place->first});
    }
    check_ranges(name_, std::move(ranges), data.size());
}

const SafetensorsTensor& SafetensorsFile::tensor(std::string_view name) const {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) throw Error(cat(name_, ": has no tensor \"", name, "\"; it has: ", listed(tensors_)));
    return found->second;
}

}  // namespace anabranch::lm
