#include <anabranch/abi.h>
#include <anabranch/registry.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

// A plugin whose record differs from its host's in one field, which the build names.

namespace {

template <std::size_t size>
constexpr void put(char (&field)[size], std::string_view text) {
    for (std::size_t i = 0; i < size; ++i) field[i] = i < text.size() ? text[i] : '\0';
}

constexpr anabranch::AbiRecord altered(std::string_view field, std::string_view value) {
    anabranch::AbiRecord record = anabranch::abi_record("");
    const auto number = static_cast<std::uint32_t>(value.front() - '0');
    if (field == "magic") put(record.magic, value);
    if (field == "size") record.size += number;
    if (field == "major") record.api_major += number;
    if (field == "minor") record.api_minor += number;
    if (field == "compiler") put(record.compiler, value);
    if (field == "standard_library") put(record.standard_library, value);
    if (field == "torch") put(record.torch, value);
    return record;
}

}  // namespace

extern "C" {
[[gnu::visibility("default")]] extern const anabranch::AbiRecord anabranch_abi;
const anabranch::AbiRecord anabranch_abi = altered(ANABRANCH_TEST_FIELD, ANABRANCH_TEST_VALUE);
}

extern "C" [[gnu::visibility("default")]] void anabranch_register(anabranch::Registry& registry) {
    anabranch::NodeType type{anabranch::Spec(std::string("test.") + ANABRANCH_TEST_NAME, "A type."), {}};
    // Only a plugin whose record was accepted may get here.
    const bool accepted = std::string_view(ANABRANCH_TEST_FIELD) == "torch";
    if (!accepted) std::abort();
    registry.nodes.push_back(std::move(type));
}
