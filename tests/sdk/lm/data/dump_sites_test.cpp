#include "anabranch/lm/data/dump_sites.h"

#include <doctest/doctest.h>
#include <support/temporary_folder.h>

#include <string>
#include <vector>

#include "anabranch/error.h"

using anabranch::Error;
using namespace anabranch::lm;

namespace {

std::string error_of(const std::filesystem::path& path) {
    try {
        (void)find_sites(path);
    } catch (const Error& error) {
        return std::string(error.what()).substr(path.string().size());
    }
    return "no error";
}

std::string posts(const std::vector<int>& ids) {
    std::string xml = "<posts>\n";
    for (const int id : ids) xml += "  <row Id=\"" + std::to_string(id) + "\" />\n";
    return xml + "</posts>\n";
}

}  // namespace

TEST_CASE("dump_sites: a file and a folder that are one site have no name") {
    const anabranch::tests::TemporaryFolder tree;
    tree.write("Posts.xml");
    tree.write("beer.7z");
    const std::vector<DumpSite> one = {{"", tree.path() / "Posts.xml"}};
    CHECK(find_sites(tree.path() / "Posts.xml") == one);
    CHECK(find_sites(tree.path()) == one);
    CHECK(find_sites(tree.path() / "beer.7z") == std::vector<DumpSite>{{"", tree.path() / "beer.7z"}});
}

TEST_CASE("dump_sites: a folder of sites as they are published and unpacked") {
    const anabranch::tests::TemporaryFolder tree;
    tree.write("coffee/Posts.xml");
    tree.write("coffee/old.7z");  // the unpacked file comes first
    tree.write("beer.stackexchange.com.7z");
    tree.write("stackoverflow.com-Posts.7z");
    tree.write("stackoverflow.com-Votes.7z");
    tree.write("stackoverflow.com-Users.7z");
    tree.write("ai/ai.stackexchange.com.7z");
    tree.write("empty/readme.txt");
    tree.write("Sites.xml");
    CHECK(find_sites(tree.path()) ==
          std::vector<DumpSite>{{"ai", tree.path() / "ai/ai.stackexchange.com.7z"},
                                {"beer.stackexchange.com", tree.path() / "beer.stackexchange.com.7z"},
                                {"coffee", tree.path() / "coffee/Posts.xml"},
                                {"stackoverflow.com", tree.path() / "stackoverflow.com-Posts.7z"}});
}

TEST_CASE("dump_sites: folders that cannot be meant") {
    const anabranch::tests::TemporaryFolder tree;
    CHECK(error_of(tree.path()).starts_with(": no site in this folder; expected a Posts.xml"));
    tree.write("beer/Posts.xml");
    tree.write("beer.7z");
    CHECK(error_of(tree.path()).starts_with(": the site beer is there twice: "));
    tree.write("two/a.7z");
    tree.write("two/b.7z");
    CHECK(error_of(tree.path())
              .ends_with("two: several archives in the folder of one site: a.7z, b.7z; leave one, or "
                         "put each in a folder of its own"));
}

TEST_CASE("dump_sites: rows of one site after the other, from any position") {
    const anabranch::tests::TemporaryFolder tree;
    tree.write("b/Posts.xml", posts({1, 2}));
    tree.write("a/Posts.xml", posts({}));
    tree.write("c/Posts.xml", posts({7}));
    const auto read = [](PostRows& rows) {
        std::string all;
        while (const XmlRow* row = rows.next()) all += rows.site().name + std::string(*row->find("Id")) + " ";
        return all;
    };
    PostRows rows(tree.path());
    std::vector<PostPosition> positions = {rows.position()};
    while (rows.next() != nullptr) positions.push_back(rows.position());
    REQUIRE(positions.size() == 4);
    const std::string expected[] = {"b1 b2 c7 ", "b2 c7 ", "c7 ", ""};
    for (std::size_t i = 0; i < 4; ++i) {
        PostRows again(tree.path());
        again.restore(positions[i]);
        CHECK(again.position() == positions[i]);
        CHECK(read(again) == expected[i]);
        CHECK(again.position().rows == 3);
    }
    CHECK_THROWS_AS(rows.restore({.site = 3}), Error);
}
