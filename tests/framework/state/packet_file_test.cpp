#include <doctest/doctest.h>
#include <framework/state/packet_file.h>

#include <cstdint>
#include <filesystem>

#include "packet_samples.h"
#include "support/error_of.h"
#include "support/temporary_folder.h"

using namespace anabranch;
using namespace anabranch::framework;
using namespace anabranch::framework::testing;
using anabranch::tests::contains;
using anabranch::tests::content_of;
using anabranch::tests::error_of;
using anabranch::tests::TemporaryFolder;

namespace {

const Description description{
    {"graph", "ppo"}, {"node", "update"}, {"port", "in"}, {"resolved", "name: \"a\"\n\tx: \\"}};

/// Packets 2, 3 and 7, then the end.
void write_three(const std::string& path) {
    PacketFileWriter writer(path, description);
    writer.write(2, sample_packet());
    writer.write(3, Packet(), "nothing");
    writer.write(7, Packet({{"text", Strings({"one row"})}}), "a name");
    writer.finish();
}

/// The message of the error that reading the whole file ends with.
std::string reading(const std::string& path) {
    return error_of([&] {
        Description ignored;
        return read_all(path, ignored);
    });
}

void change_byte(const std::string& path, std::size_t at) {
    std::string bytes = content_of(path);
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 0x20);
    std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("packet files: what was written comes back, bit by bit, with what the file says of itself") {
    const TemporaryFolder folder;
    write_three(folder / "three");
    PacketFileReader reader(folder / "three");
    CHECK(reader.description() == description);
    CHECK(reader.say("node") == "update");
    CHECK(contains(error_of([&] { return reader.say("seed"); }), "its description has no 'seed'"));
    const auto first = reader.next();
    REQUIRE(first);
    CHECK(first->sequence == 2);
    CHECK(first->name.empty());
    CHECK(bits_of(first->packet) == bits_of(sample_packet()));
    for (const auto& [name, column] : first->packet.columns()) {
        const auto* array = std::get_if<Array>(&column);
        if (array != nullptr) CHECK(reinterpret_cast<std::uintptr_t>(array->data()) % 64 == 0);
    }
    const auto second = reader.next();
    REQUIRE(second);
    CHECK(second->name == "nothing");
    CHECK(second->packet.columns().empty());
    CHECK_FALSE(reader.finished());
    CHECK(reader.next()->sequence == 7);
    CHECK_FALSE(reader.next());
    CHECK(reader.finished());
    CHECK_FALSE(reader.next());
}

TEST_CASE("packet files: the same packets are the same bytes") {
    const TemporaryFolder folder;
    write_three(folder / "one");
    write_three(folder / "two");
    CHECK(content_of(folder / "one") == content_of(folder / "two"));
}

TEST_CASE("packet files: a file that is cut is read to its last whole packet, and told from one that is altered") {
    const TemporaryFolder folder;
    write_three(folder / "whole");
    const std::string bytes = content_of(folder / "whole");
    std::uint64_t second = 0;  // where packets begin and end
    std::uint64_t third = 0;
    {
        PacketFileWriter writer(folder / "partly", description);
        writer.write(2, sample_packet());
        second = writer.bytes();
        writer.write(3, Packet(), "nothing");
        third = writer.bytes();
    }
    CHECK(content_of(folder / "partly") == bytes.substr(0, third));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        folder.write("cut", bytes.substr(0, size));
        std::size_t whole = 0;
        bool torn = false;
        bool ended = false;
        try {
            PacketFileReader reader(folder / "cut");
            while (reader.next()) ++whole;
            ended = reader.finished();
        } catch (const TornFile& error) {
            torn = true;
            CHECK(contains(error.what(), folder / "cut"));
        }
        CHECK_FALSE(ended);
        if (size == second || size == third) {
            CHECK_FALSE(torn);  // between two records
            CHECK(whole == (size == second ? 1 : 2));
        }
        if (size > second && size < third) {
            CHECK(torn);
            CHECK(whole == 1);
        }
    }
    folder.write("cut", bytes.substr(0, second));
    CHECK(reading(folder / "cut") ==
          cat(folder / "cut", ": the file ends without an end record: it was cut off behind packet 1"));
    folder.write("cut", bytes.substr(0, second + 5));
    CHECK(reading(folder / "cut") ==
          cat(folder / "cut", ": byte ", second, ": the file ends in a record: found 5 bytes of its head of 32"));
}

TEST_CASE("packet files: any byte that is changed is told, with the place") {
    const TemporaryFolder folder;
    write_three(folder / "whole");
    const std::string bytes = content_of(folder / "whole");
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        CAPTURE(at);
        folder.write("changed", bytes);
        change_byte(folder / "changed", at);
        const std::string error = reading(folder / "changed");
        CHECK(contains(error, folder / "changed"));
        CHECK_FALSE(contains(error, "cut off"));
    }
    folder.write("changed", bytes);
    change_byte(folder / "changed", 200);
    CHECK(contains(reading(folder / "changed"), "packet 2 is altered: found the checksum "));
    folder.write("longer", bytes + "x");
    CHECK(contains(reading(folder / "longer"), "found 1 bytes behind the end record, expected none"));
}

TEST_CASE("packet files: other files and places are told") {
    const TemporaryFolder folder;
    CHECK(reading(folder / "absent") == cat(folder / "absent", ": cannot open: No such file or directory"));
    CHECK(contains(reading(folder.path()), "this is no file, expected a packet file"));
    CHECK(contains(reading(folder.write("text", "name: ppo\n")), "this is no packet file"));
    CHECK(contains(reading(folder.write("empty", "")), "the file is empty, expected a packet file"));
    folder.write("there", "x");
    CHECK(contains(error_of([&] {
                       PacketFileWriter(folder / "there", {});
                       return 0;
                   }),
                   "cannot create: File exists"));
    CHECK(content_of(folder / "there") == "x");
}

TEST_CASE("packet files: a packet that cannot be held is refused, and the file stays whole") {
    const TemporaryFolder folder;
    PacketFileWriter writer(folder / "file", description);
    const auto refused = [&](Packet packet) {
        return error_of([&] {
            writer.write(writer.packets() == 0 ? 0 : 9, packet);
            return 0;
        });
    };
    const float value = 0;
    CHECK(contains(refused(Packet({{"logits", Array(Dtype::f32, {1}, {Device::Kind::cuda, 0}, &value, nullptr)}})),
                   "column 'logits' (f32[1]) lies in GPU memory, which the framework cannot read; let its node copy it "
                   "to the CPU"));
    CHECK(contains(refused(Packet({{"text", Strings({"good", "cut \xE2\x82"})}})),
                   "column 'text', row 1: byte 4 is not UTF-8"));
    CHECK(contains(refused(Packet({{"deep", Array::of(std::vector<float>{1}, std::vector<std::int64_t>(65, 1))}})),
                   "has 65 dimensions; packet files hold at most 64"));
    CHECK(
        contains(refused(Packet({{"void", Array::of(std::vector<float>{}, {1LL << 40, 0})}})), "has no values in so"));
    writer.write(4, sample_packet());
    CHECK(error_of([&] {
              writer.write(4, Packet());
              return 0;
          }) == cat(folder / "file", ": packet 4 comes after packet 4"));
    writer.finish();
    CHECK(contains(refused(Packet()), "comes after the end"));
    Description ignored;
    CHECK(read_all(folder / "file", ignored).size() == 1);
}
