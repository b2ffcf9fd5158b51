#include <doctest/doctest.h>
#include <framework/graph/diagnostic.h>

namespace anabranch::framework {

TEST_CASE("a diagnostic shows its place, the line, a caret, notes and help") {
    Diagnostics diagnostics;
    diagnostics.add_source("g.yaml", "first: 1\r\n\tgr\xC3\xBC\xC3\x9F: x\n");
    diagnostics.report(Code::unknown_key, {"g.yaml", 2, 8}, "what is wrong")
        .note({"g.yaml", 1, 1}, "another place")
        .note({"other.yaml", 7, 1}, "a text that is not at hand")
        .help("how to mend it");
    CHECK(diagnostics.text() ==
          "g.yaml:2:8: error A0107: what is wrong\n"
          " 2 | \tgr\xC3\xBC\xC3\x9F: x\n"
          "   | \t      ^\n"
          "g.yaml:1:1: note: another place\n"
          " 1 | first: 1\n"
          "   | ^\n"
          "other.yaml:7:1: note: a text that is not at hand\n"
          "  help: how to mend it\n");
}

TEST_CASE("colour adds escapes and changes nothing else") {
    Diagnostics diagnostics;
    diagnostics.add_source("g.yaml", "a: 1\n");
    diagnostics.report(Code::unused_resource, {"g.yaml", 1, 1}, "message");
    std::string text = diagnostics.text(true);
    CHECK(text.find("\033[") != std::string::npos);
    for (auto at = text.find('\033'); at != std::string::npos; at = text.find('\033')) {
        text.erase(at, text.find('m', at) - at + 1);
    }
    CHECK(text == diagnostics.text());
    CHECK(text.starts_with("g.yaml:1:1: warning A0139: message\n"));
    CHECK_FALSE(diagnostics.has_errors());
}

TEST_CASE("a long line is cut around the caret") {
    Diagnostics diagnostics;
    diagnostics.add_source("g.yaml", std::string(500, 'a') + "X" + std::string(500, 'b'));
    diagnostics.report(Code::invalid_yaml, {"g.yaml", 1, 501}, "m");
    const std::string text = diagnostics.text();
    CHECK(text.size() < 500);
    const auto line = text.substr(text.find('\n') + 1);
    const auto end = line.find('\n');
    CHECK(line[line.find('^', end) - end - 1] == 'X');
}

TEST_CASE("places beyond the text are shown without a line or at its end") {
    Diagnostics diagnostics;
    diagnostics.add_source("g.yaml", "ab\n");
    diagnostics.report(Code::invalid_yaml, {"g.yaml", 9, 1}, "no such line");
    diagnostics.report(Code::invalid_yaml, {"g.yaml", 1, 99}, "no such column");
    diagnostics.report(Code::unreadable_file, {"h.yaml", 0, 0}, "no place");
    CHECK(diagnostics.text() ==
          "g.yaml:9:1: error A0102: no such line\n"
          "g.yaml:1:99: error A0102: no such column\n 1 | ab\n   |   ^\n"
          "h.yaml: error A0101: no place\n");
}

TEST_CASE("sorted by place, --set last, repetitions dropped") {
    Diagnostics diagnostics;
    diagnostics.report(Code::unknown_key, {"--set", 1, 1}, "third");
    diagnostics.report(Code::unknown_key, {"g.yaml", 3, 2}, "second");
    diagnostics.report(Code::unknown_key, {"g.yaml", 2, 9}, "first");
    diagnostics.report(Code::unknown_key, {"g.yaml", 3, 2}, "second");
    diagnostics.finish();
    REQUIRE(diagnostics.items().size() == 3);
    CHECK(diagnostics.items()[0].message == "first");
    CHECK(diagnostics.items()[1].message == "second");
    CHECK(diagnostics.items()[2].message == "third");
}

}  // namespace anabranch::framework
