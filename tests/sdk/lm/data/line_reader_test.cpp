#include "anabranch/lm/data/line_reader.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anabranch/error.h"
#include "temporary_file.h"

using anabranch::Error;
using namespace anabranch::lm;

namespace {

std::vector<std::string> lines_of(std::string_view content) {
    const TemporaryFile file(content);
    LineReader reader(file.path());
    std::vector<std::string> lines;
    for (std::string_view line; reader.next(line);) lines.emplace_back(line);
    CHECK(reader.position().offset == content.size());
    return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("line_reader: line ends, blank lines and a byte order mark") {
    CHECK(lines_of("") == Lines{});
    CHECK(lines_of("\n") == Lines{""});
    CHECK(lines_of("a") == Lines{"a"});
    CHECK(lines_of("a\r\n\r\nb\nc\r") == Lines{"a", "", "b", "c"});
    CHECK(lines_of("\xEF\xBB\xBF"
                   "a\n\xEF\xBB\xBF"
                   "b") == Lines{"a",
                                 "\xEF\xBB\xBF"
                                 "b"});
    const std::string across(200'000, 'x');
    CHECK(lines_of(across + "\n" + across) == Lines{across, across});
}

TEST_CASE("line_reader: goes on from any position") {
    const TemporaryFile file(
        "\xEF\xBB\xBF"
        "a\r\nbb\n\nccc");
    LineReader reader(file.path());
    const LinePosition begin = reader.position();
    const Lines all = {"a", "bb", "", "ccc"};
    std::string_view line;
    for (std::size_t read = 1; reader.next(line); ++read) {
        LineReader again(file.path());
        again.restore(reader.position());
        for (std::size_t i = read; i < all.size(); ++i) {
            REQUIRE(again.next(line));
            CHECK(line == all[i]);
        }
        CHECK_FALSE(again.next(line));
        CHECK(again.place() == file.name() + ":4");
    }
    reader.restore(begin);
    REQUIRE(reader.next(line));
    CHECK(line == "a");
}

TEST_CASE("line_reader: a line may be as long as allowed and no longer") {
    const TemporaryFile file("ab\n" + std::string(50'000'000, 'x') + "\nc\n");
    LineReader reader(file.path(), 1 << 20);
    std::string_view line;
    CHECK(reader.next(line));
    CHECK_THROWS_WITH_AS(reader.next(line),
                         (file.name() + ":2: the line is longer than 1048576 bytes, the most that is read; is this a "
                                        "file of lines?")
                             .c_str(),
                         Error);
    LineReader exact(file.path(), 50'000'000);
    CHECK((exact.next(line) && exact.next(line) && line.size() == 50'000'000));
    CHECK((exact.next(line) && line == "c"));
    LineReader one_less(file.path(), 49'999'999);
    CHECK(one_less.next(line));
    CHECK_THROWS_AS(one_less.next(line), Error);
}

TEST_CASE("line_reader: what cannot be read") {
    CHECK_THROWS_AS(LineReader("/nowhere/x.jsonl"), Error);
    CHECK_THROWS_AS(LineReader(std::filesystem::temp_directory_path()), Error);
}
