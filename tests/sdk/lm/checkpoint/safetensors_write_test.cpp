#include <anabranch/error.h>
#include <doctest/doctest.h>
#include <support/error_of.h>
#include <support/temporary_folder.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "anabranch/lm/checkpoint/safetensors.h"

using anabranch::Error;
using anabranch::lm::SafetensorsEntry;
using anabranch::lm::SafetensorsFile;
using anabranch::lm::write_safetensors;
using anabranch::tests::error_of;
using anabranch::tests::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

const std::array<float, 4> numbers = {1.0F, -2.5F, 3e-30F, 4.0F};
const std::array<std::uint8_t, 3> small = {7, 8, 9};

std::vector<SafetensorsEntry> entries() {
    return {{"small", "U8", {3}, std::as_bytes(std::span(small))},
            {"z", "F32", {2, 2}, std::as_bytes(std::span(numbers))},
            {"a \"quoted\" name", "F32", {}, std::as_bytes(std::span(numbers).first(1))}};
}

std::vector<std::byte> content(const fs::path& path) {
    const anabranch::lm::MappedFile file(path);
    return {file.bytes().begin(), file.bytes().end()};
}

std::string write_error(const std::vector<SafetensorsEntry>& bad) {
    const TemporaryFolder folder;
    const std::string message = error_of([&] { write_safetensors(folder.path() / "out.safetensors", bad); });
    CHECK(fs::is_empty(folder.path()) == (message != "no error"));
    return message;
}

}  // namespace

TEST_CASE("safetensors: what is written is read back, aligned") {
    const TemporaryFolder folder;
    const fs::path path = folder.path() / "out.safetensors";
    write_safetensors(path, entries(), {{"format", "pt"}, {"note", "\u00e9\n"}});
    const SafetensorsFile file(path);
    CHECK(file.metadata().size() == 2);
    CHECK(file.metadata().at("note") == "\u00e9\n");
    CHECK(file.tensors().size() == 3);
    const auto& z = file.tensor("z");
    CHECK(z.shape == std::vector<std::int64_t>{2, 2});
    CHECK(reinterpret_cast<std::uintptr_t>(z.bytes.data()) % 4 == 0);
    CHECK(std::memcmp(z.bytes.data(), numbers.data(), 16) == 0);
    CHECK(file.tensor("a \"quoted\" name").shape.empty());
    CHECK(std::memcmp(file.tensor("small").bytes.data(), small.data(), 3) == 0);
}

TEST_CASE("safetensors: tensors made one after the other give the same file") {
    const TemporaryFolder folder;
    const auto all = entries();
    write_safetensors(folder.path() / "at once", all);
    auto described = all;
    for (auto& entry : described) entry.bytes = {};
    std::vector<std::byte> only;  // memory that the next tensor takes
    const auto make = [&](std::size_t i) {
        only.assign(all[i].bytes.begin(), all[i].bytes.end());
        return std::span<const std::byte>(only);
    };
    write_safetensors(folder.path() / "streamed", described, make);
    CHECK(content(folder.path() / "at once") == content(folder.path() / "streamed"));

    const auto short_of = [&](std::size_t i) { return make(i).subspan(i == 1 ? 1 : 0); };
    CHECK_THROWS_WITH_AS(write_safetensors(folder.path() / "streamed", described, short_of),
                         doctest::Contains("tensor \"z\" has 15 bytes"), Error);
    CHECK(content(folder.path() / "at once") == content(folder.path() / "streamed"));
}

TEST_CASE("safetensors: the same tensors in another order give the same file") {
    const TemporaryFolder folder;
    auto shuffled = entries();
    std::swap(shuffled[0], shuffled[2]);
    write_safetensors(folder.path() / "one", entries());
    write_safetensors(folder.path() / "two", shuffled);
    CHECK(content(folder.path() / "one") == content(folder.path() / "two"));
}

TEST_CASE("safetensors: nothing is written when an entry is wrong") {
    CHECK(write_error(entries()) == "no error");
    auto twice = entries();
    twice[1].name = std::string("small");
    CHECK(write_error(twice).find("tensor \"small\" is given twice") != std::string::npos);
    auto unknown = entries();
    unknown[0].dtype = std::string("float32");
    CHECK(write_error(unknown).find("tensor \"small\" has the dtype \"float32\"; known are F64") != std::string::npos);
    auto shape = entries();
    shape[1].shape = {5};
    CHECK(write_error(shape).find("tensor \"z\" has 16 bytes, which do not fit") != std::string::npos);
    auto name = entries();
    name[0].name = std::string("__metadata__");
    CHECK(write_error(name).find("cannot be a tensor's name") != std::string::npos);
    name[0].name = std::string("\xff");
    CHECK(write_error(name).find("valid UTF-8") != std::string::npos);
}

TEST_CASE("safetensors: a folder that is not there is named") {
    CHECK_THROWS_WITH_AS(write_safetensors("no/such/folder/a.safetensors", entries()),
                         doctest::Contains("no/such/folder/a.safetensors: cannot create"), Error);
}
