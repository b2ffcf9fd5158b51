#include <doctest/doctest.h>
#include <framework/state/packet_format.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <random>

#include "packet_samples.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;
using anabranch::tests::contains;

namespace {

namespace format = packet_format;

/// Takes a body as one whose checksum was right, as that of a liar is, and touches all there is in it.
std::string taken(const std::vector<std::byte>& bytes, std::uint32_t columns) {
    const std::shared_ptr<std::byte> body(new std::byte[bytes.size()], std::default_delete<std::byte[]>());
    std::ranges::copy(bytes, body.get());  // its own size to the byte, so that a sanitizer sees reads past its end
    try {
        const format::Head head{.marker = "PACK", .body_bytes = bytes.size(), .columns = columns};
        const StoredPacket stored = format::take_packet(head, body, 1000);
        return bits_of(stored.packet).empty() ? "nothing" : "taken";
    } catch (const Error& error) {
        return error.what();
    }
}

std::vector<std::byte> body_of(const Packet& packet) {
    std::vector<std::byte> bytes;
    format::put_packet(0, "", packet, [&](std::span<const std::byte> piece) {
        bytes.insert(bytes.end(), piece.begin(), piece.end());
    });
    bytes.erase(bytes.begin(), bytes.begin() + format::head_bytes);
    return bytes;
}

/// A body by hand: no name, `rows`, one column "c" of `kind`.
struct Lie {
    std::vector<std::byte> bytes{};
    template <typename T>
    Lie& add(T value) {
        const auto* from = reinterpret_cast<const std::byte*>(&value);
        bytes.insert(bytes.end(), from, from + sizeof value);
        return *this;
    }
    Lie& text(std::string_view text) {
        const auto from = std::as_bytes(std::span(text));
        bytes.insert(bytes.end(), from.begin(), from.end());
        return *this;
    }
    Lie& padded() {
        bytes.resize((bytes.size() + format::alignment - 1) / format::alignment * format::alignment);
        return *this;
    }
    static Lie column(std::int64_t rows, int kind) {
        Lie lie;
        lie.add(std::uint32_t{0}).add(rows).add(std::uint32_t{1}).text("c").add(static_cast<std::uint8_t>(kind));
        return lie;
    }
    static Lie array(std::vector<std::int64_t> shape, std::string_view dtype = "f32") {
        Lie lie = column(shape.front(), 2);
        lie.add(static_cast<std::uint32_t>(dtype.size())).text(dtype).add(static_cast<std::uint32_t>(shape.size()));
        for (const auto size : shape) lie.add(size);
        return lie;
    }
    [[nodiscard]] std::string error() const { return taken(bytes, 1); }
};

constexpr std::int64_t huge = std::int64_t{1} << 62;

}  // namespace

TEST_CASE("packet attack: lengths that the file does not have are refused before memory is asked for") {
    CHECK(contains(Lie::column(huge, 1).error(), "expected 4611686018427387905 x 8 of offsets"));
    CHECK(contains(Lie::column(1, 1).add(std::int64_t{0}).add(huge).error(), "expected 4611686018427387904 of text"));
    CHECK(contains(Lie::column(-1, 1).error(), "found -1 rows of 1 columns"));
    CHECK(
        contains(Lie::column(std::int64_t{-1} ^ (std::int64_t{1} << 63), 1).error(), "found 9223372036854775807 rows"));
    CHECK(contains(Lie::array({huge}).error(), "more than memory can hold"));
    CHECK(
        contains(Lie::array({1000}).padded().error(), "found 0 bytes to the end of the record, expected 1000 values"));
    CHECK(contains(Lie::array({huge, huge}).error(), "product is beyond 64 bits"));
    CHECK(contains(Lie::array({0, huge, 4, 4}).error(), "product is beyond 64 bits"));
    CHECK(contains(Lie::array({1 << 21, 0}).error(), "found 2097152 rows without a value"));
    CHECK(
        contains(Lie::column(1, 3).add(std::uint32_t{2}).text("u8").add(std::int64_t{0}).add(huge).error(), "padding"));
    CHECK(contains(taken({}, 1), "byte 1000: found 0 bytes to the end of the record, expected 4 of the length of"));
    CHECK(contains(taken(std::vector<std::byte>(12), 5000), "found 5000 columns, expected at most 4096"));
    CHECK(contains(taken(std::vector<std::byte>(13), 0), "found 1 bytes behind the last column"));
}

TEST_CASE("packet attack: values that no packet can have are refused") {
    CHECK(contains(Lie::column(1, 7).error(), "found a column of kind 7"));
    CHECK(contains(Lie::array({-4}).error(), "rows of 1 columns"));
    CHECK(contains(Lie::array({4, -1}).error(), "found a dimension of -1, expected none below 0"));
    CHECK(contains(Lie::array({4}, "f33").error(), "found the dtype 'f33', expected one of bool, u8"));
    const auto offsets = [](std::int64_t first, std::int64_t second, std::int64_t third) {
        return Lie::column(2, 1).add(first).add(second).add(third).text("abcdef").error();
    };
    CHECK(contains(offsets(1, 2, 3), "found 1 as the first offset of a column, expected 0"));
    CHECK(contains(offsets(0, 3, 2), "found the offset 2 behind 3 (row 1), expected none that falls"));
    CHECK(contains(offsets(0, -1, 2), "found the offset -1 behind 0 (row 0)"));
    CHECK(offsets(0, 3, 6) == "taken");
    CHECK(contains(Lie::column(1, 1).add(std::int64_t{0}).add(std::int64_t{2}).text("a\xFF").error(),
                   "byte 1035: found a byte that is not UTF-8, expected text"));
    CHECK(contains(Lie::array({1}, "bool").padded().add(std::uint8_t{2}).error(), "neither 0 nor 1"));
    Lie twice = Lie::column(0, 1).add(std::int64_t{0});
    CHECK(contains(taken(twice.add(std::uint32_t{1}).text("c").add(std::uint8_t{1}).add(std::int64_t{0}).bytes, 2),
                   "two columns of a packet are named 'c'"));
}

TEST_CASE("packet attack: every prefix of a body is an error, and any byte changed to any value does no harm") {
    const Packet packet = sample_packet();
    const auto columns = static_cast<std::uint32_t>(packet.columns().size());
    auto bytes = body_of(packet);
    REQUIRE(taken(bytes, columns) == "taken");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK(taken({bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)}, columns) != "taken");
    }
    std::size_t refused = 0;
    for (std::byte& byte : bytes) {
        const std::byte original = byte;
        for (int value = 0; value < 256; value += 5) {
            byte = static_cast<std::byte>(value);
            refused += taken(bytes, columns) == "taken" ? 0 : 1;
        }
        byte = original;
    }
    CHECK(refused > 5000);
}

TEST_CASE("packet attack: random damage does no harm") {
    const Packet packet = sample_packet();
    const auto whole = body_of(packet);
    std::mt19937 random(11);
    for (int round = 0; round < 5000; ++round) {
        auto bytes = whole;
        for (unsigned i = 0; i <= random() % 8; ++i) bytes[random() % bytes.size()] = static_cast<std::byte>(random());
        static_cast<void>(taken(bytes, static_cast<std::uint32_t>(packet.columns().size() + random() % 3)));
    }
}

TEST_CASE("packet attack: a description that is none is refused") {
    const auto error = [](std::string_view json) {
        return tests::error_of([&] { return format::take_description(json); });
    };
    CHECK(contains(error("{\"a\": "), "the description is no JSON"));
    CHECK(error("[1, 2]") == "the description is no JSON object");
    CHECK(contains(error("{\"a\": \"x\", \"a\": \"y\"}"), "the description is no JSON"));
    CHECK(error("{\"a\": [1]}") == "the description's 'a' is a list of 1, expected a text");
    CHECK(contains(error(std::string(1000, '[')), "the description is no JSON"));
}
