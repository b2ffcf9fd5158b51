#include "anabranch/lm/data/xml_rows.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "anabranch/error.h"
#include "temporary_file.h"

using anabranch::Error;
using namespace anabranch::lm;

namespace {

std::vector<std::string> ids(XmlRowReader& reader) {
    std::vector<std::string> found;
    while (const XmlRow* row = reader.next()) found.emplace_back(row->find("Id").value_or("?"));
    return found;
}

std::vector<std::string> ids_of(std::string_view xml, XmlRowOptions options = {}) {
    const TemporaryFile file(xml);
    XmlRowReader reader(file.path(), std::move(options));
    return ids(reader);
}

/// The error without the file's name in front.
std::string error_of(std::string_view xml, const XmlRowOptions& options = {}) {
    const TemporaryFile file(xml);
    try {
        XmlRowReader reader(file.path(), options);
        (void)ids(reader);
    } catch (const Error& error) {
        const std::string message = error.what();
        CHECK(message.starts_with(file.name() + ':'));
        return message.substr(file.name().size() + 1);
    }
    return "no error";
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("xml_rows: rows in order, whatever the file's dress") {
    CHECK(ids_of("<posts/>") == Ids{});
    CHECK(ids_of("<posts><row Id=\"1\"/><row Id='2'></row></posts>") == Ids{"1", "2"});
    CHECK(
        ids_of(
            "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<!DOCTYPE posts SYSTEM \"p.dtd\">\r\n"
            "<posts>\r\n  <row Id=\"1\" />\r\n<!-- c --><other><row Id=\"x\"/></other><row Id=\"2\" /></posts>\r\n") ==
        Ids{"1", "2"});
    for (const std::size_t chunk : {1U, 2U, 3U, 7U, 64U}) {
        CHECK(ids_of("<posts><row Id=\"1\" Body=\"&lt;p&gt;\xC3\xA9\"/>\n<row Id=\"2\"/></posts>",
                     {.chunk_bytes = chunk}) == Ids{"1", "2"});
    }
}

TEST_CASE("xml_rows: attributes are decoded and found, and places are exact") {
    const TemporaryFile file(
        "<posts>\n  <row Id=\"7\" Body=\"&lt;p&gt;a &amp;amp; b&#xA;\xC3\xA9&lt;/p&gt;\" E=\"\"/>\n</posts>");
    XmlRowReader reader(file.path());
    CHECK_FALSE(reader.last_row());
    const XmlRow* row = reader.next();
    REQUIRE(row != nullptr);
    CHECK(row->find("Id") == "7");
    CHECK(row->find("Body") == "<p>a &amp; b\n\xC3\xA9</p>");
    CHECK(row->find("E") == "");
    CHECK_FALSE(row->find("Title"));
    CHECK(row->attributes().size() == 3);
    CHECK(row->place() == FilePlace{10, 2, 3});
    CHECK(reader.next() == nullptr);
    CHECK(reader.next() == nullptr);
    CHECK(reader.last_row() == FilePlace{10, 2, 3});
}

TEST_CASE("xml_rows: resumes behind any row") {
    const TemporaryFile file(
        "\xEF\xBB\xBF<posts>\r\n<row Id=\"1\"/><row Id=\"2\"/>\r\n  <row Id=\"3\"></row>\n<row Id=\"4\"/></posts>");
    XmlRowReader reader(file.path(), {.chunk_bytes = 16});
    for (std::size_t read = 1; reader.next() != nullptr; ++read) {
        XmlRowReader again(file.path(), {.chunk_bytes = 5});
        again.resume_after(*reader.last_row());
        CHECK(again.last_row() == reader.last_row());
        const Ids all = {"1", "2", "3", "4"};
        CHECK(ids(again) == Ids(all.begin() + static_cast<std::ptrdiff_t>(read), all.end()));
        CHECK(again.last_row()->line == 4);
        CHECK(again.last_row()->column == 1);
    }
    XmlRowReader other(file.path());
    CHECK_THROWS_AS(other.resume_after({11, 1, 9}), Error);
    CHECK_THROWS_AS(other.resume_after({10'000, 9, 1}), Error);
}

TEST_CASE("xml_rows: broken files are explained with line and column") {
    CHECK(error_of("") ==
          "1:1: XML error: no element found; the file ends too early: the download may be truncated, "
          "or the unpacking was interrupted");
    CHECK(error_of("<posts>\n<row Id=\"1\"/>\n").starts_with("3:1: XML error: no element found; the file ends too"));
    CHECK(
        error_of("<posts>\n  <row Id=\"1\" Bo").starts_with("2:3: XML error: unclosed token; the file ends too early"));
    CHECK(error_of("<posts>\n<row Id=1/></posts>").starts_with("2:9: XML error: not well-formed (invalid token); the"));
    CHECK(error_of("<posts><row Id=\"1\" Id=\"2\"/></posts>").find("duplicate attribute") != std::string::npos);
    CHECK(error_of("<posts><row Id=\"\xFF\"/></posts>").find("not well-formed") != std::string::npos);
    CHECK(error_of("<posts></row>").find("mismatched tag") != std::string::npos);
    CHECK(error_of("<html><body/></html>") ==
          "1:1: the root element is <html>; expected <posts>, as in a dump's Posts.xml");
    CHECK_THROWS_AS(ids_of("7z\xBC\xAF\x27\x1C"), Error);
    CHECK(error_of("plain text").starts_with("1:1: XML error: syntax error"));
    CHECK_THROWS_WITH_AS(XmlRowReader("/nowhere/Posts.xml"),
                         "/nowhere/Posts.xml: cannot be opened: No such file or directory", Error);
    CHECK_THROWS_AS(ids_of("x", {.chunk_bytes = 0}), Error);
}

TEST_CASE("xml_rows: a directory is no file") {
    CHECK_THROWS_AS(XmlRowReader(std::filesystem::temp_directory_path()), Error);
}

TEST_CASE("xml_rows: entity declarations, endless rows and deep nesting are refused") {
    std::string laughs = "<!DOCTYPE posts [<!ENTITY a \"ha\">";
    for (char c = 'b'; c <= 'z'; ++c) {
        laughs += std::string("<!ENTITY ") + c + " \"";
        for (int i = 0; i < 10; ++i) laughs += std::string("&") + static_cast<char>(c - 1) + ';';
        laughs += "\">";
    }
    CHECK(error_of(laughs + "]><posts><row Id=\"&z;\"/></posts>").find("the entity \"a\" is declared") !=
          std::string::npos);
    const std::string endless = "<posts>\n<row Id=\"" + std::string(1U << 20U, 'x');
    CHECK(error_of(endless, {.chunk_bytes = 4096, .maximum_row_bytes = 65536})
              .find("more than 65536 bytes without a whole row") != std::string::npos);
    std::string deep = "<posts>";
    for (int i = 0; i < 1'000'000; ++i) deep += "<a>";
    CHECK(error_of(deep).find("nested more than 64 deep") != std::string::npos);
}

TEST_CASE("xml_rows: cut anywhere, a file is an error, never a crash or a silent end") {
    const std::string whole =
        "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<posts>\n"
        "  <row Id=\"1\" Body=\"&lt;p&gt;\xE2\x82\xAC&#xA;\" />\n  <row Id=\"2\" />\n</posts>";
    CHECK(ids_of(whole).size() == 2);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        CAPTURE(size);
        CHECK(error_of(whole.substr(0, size), {.chunk_bytes = 1 + size % 17}) != "no error");
    }
}
