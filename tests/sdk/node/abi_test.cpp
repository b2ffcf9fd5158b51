#include <anabranch/abi.h>
#include <doctest/doctest.h>

#include <cstring>
#include <string>

using namespace anabranch;

TEST_CASE("the ABI record says what a plugin was built with") {
    constexpr AbiRecord record = abi_record("2.13.0");
    CHECK(std::memcmp(record.magic, "anabrnch", 8) == 0);
    CHECK(record.size == sizeof(AbiRecord));
    CHECK(record.api_major == api_major);
    CHECK(std::string(record.torch) == "2.13.0");
    CHECK(std::string(record.compiler).size() > 3);
    CHECK(std::string(record.standard_library) == "libstdc++ cxx11");
    CHECK(std::string(abi_record("").torch).empty());
}

TEST_CASE("a version text that is too long is cut and still ends") {
    const AbiRecord record = abi_record(std::string(100, '9'));
    CHECK(std::string(record.torch) == std::string(sizeof record.torch - 1, '9'));
}

// The host reads these fields of a library that it does not trust yet: their places never change.
TEST_CASE("the layout of the ABI record is fixed") {
    CHECK(offsetof(AbiRecord, magic) == 0);
    CHECK(offsetof(AbiRecord, size) == 8);
    CHECK(offsetof(AbiRecord, api_major) == 12);
    CHECK(offsetof(AbiRecord, api_minor) == 16);
    CHECK(offsetof(AbiRecord, compiler) == 20);
    CHECK(offsetof(AbiRecord, standard_library) == 68);
    CHECK(offsetof(AbiRecord, torch) == 116);
    CHECK(sizeof(AbiRecord) == 148);
}
