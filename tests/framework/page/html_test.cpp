#include <doctest/doctest.h>
#include <framework/page/html.h>

using namespace anabranch::framework;

TEST_CASE("text from a run cannot become markup") {
    CHECK(escape_markup("</script><img src=x onerror=\"a('b')\">&") ==
          "&lt;/script&gt;&lt;img src=x onerror=&quot;a('b')&quot;&gt;&amp;");
    CHECK(escape_markup(std::string("a\0b\x1b[0m\n\tc", 10)) ==
          "a\xEF\xBF\xBD"
          "b\xEF\xBF\xBD[0m\n\tc");
    CHECK(pairs({{"<a>", "<b>"}}) == "<dl class=\"pairs\"><dt>&lt;a&gt;</dt><dd>&lt;b&gt;</dd></dl>\n");
}

TEST_CASE("figures on the page") {
    CHECK(tick_text(0, 0.1) == "0");
    CHECK(tick_text(0.5, 0.5) == "0.5");
    CHECK(tick_text(-0.25, 0.05) == "-0.25");
    CHECK(tick_text(1500, 500) == "1500");
    CHECK(tick_text(2e-5, 1e-5) == "2e-05");
    CHECK(tick_text(2e7, 1e7) == "2e+07");
    CHECK(share_text(0) == "0 %");
    CHECK(share_text(0.001) == "<1 %");
    CHECK(share_text(0.344) == "34 %");
    CHECK(grouped_text(12) == "12");
    CHECK(grouped_text(1234567) == "1,234,567");
}
