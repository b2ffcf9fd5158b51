#include "anabranch/lm/text/html_markdown.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "anabranch/lm/text/utf8.h"

using anabranch::lm::html_to_markdown;

namespace {

std::string repeat(std::string_view text, int times) {
    std::string out;
    out.reserve(text.size() * static_cast<std::size_t>(times));
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

}  // namespace

TEST_CASE("html_markdown: paragraphs, breaks and white space") {
    CHECK(html_to_markdown("") == "");
    CHECK(html_to_markdown("  \n ") == "");
    CHECK(html_to_markdown("plain") == "plain");
    CHECK(html_to_markdown("<p>one\n  two</p>\n\n<p>three</p>\n") == "one two\n\nthree");
    CHECK(html_to_markdown("<p>one<br>two<br/>three</p>") == "one  \ntwo  \nthree");
    CHECK(html_to_markdown("<p>one<br><br>two</p>") == "one\n\ntwo");
    CHECK(html_to_markdown("<p><br>one<br></p><p></p><p> </p><p>two</p>") == "one\n\ntwo");
    CHECK(html_to_markdown("<p>one<p>two") == "one\n\ntwo");
    CHECK(html_to_markdown("<div>one</div><div>two<p>three</p>four</div>") == "one\n\ntwo\n\nthree\n\nfour");
    CHECK(html_to_markdown("a<hr>b<hr/>") == "a\n\n---\n\nb\n\n---");
}

TEST_CASE("html_markdown: headings") {
    CHECK(html_to_markdown("<h1>One</h1><p>text</p><h3> Three <b>bold</b></h3>") ==
          "# One\n\ntext\n\n### Three **bold**");
    CHECK(html_to_markdown("<h2>a<br>b<p>c</p></h2>d") == "## a b c\n\nd");
    CHECK(html_to_markdown("<h2></h2>x") == "x");
}

TEST_CASE("html_markdown: emphasis") {
    CHECK(html_to_markdown("a <em>b</em> <strong>c</strong> <b>d</b> <i>e</i> <del>f</del> <s>g</s>") ==
          "a *b* **c** **d** *e* ~~f~~ ~~g~~");
    CHECK(html_to_markdown("a<b> b </b>c") == "a **b** c");
    CHECK(html_to_markdown("<b></b><i> </i>x") == "x");
    CHECK(html_to_markdown("<b><strong>x</strong></b>") == "**x**");
    CHECK(html_to_markdown("<b>a<i>b</b>c</i>d") ==
          "**a*b***"
          "*c*d");
    CHECK(html_to_markdown("<b>a</b><sup><strong>b</strong></sup> <b>c</b>") == "**ab** **c**");
    CHECK(html_to_markdown("<p><b>open</p><p>next</p>") == "**open**\n\nnext");
    CHECK(html_to_markdown("<b><p>one</p><p>two</p></b>") == "**one**\n\n**two**");
    CHECK(html_to_markdown("x</b></i></p></ul></td>y") == "x\n\ny");
    CHECK(html_to_markdown("E=mc<sup>2</sup>, H<sub>2</sub>O, <kbd>Ctrl</kbd>") == "E=mc2, H2O, Ctrl");
}

TEST_CASE("html_markdown: code") {
    CHECK(html_to_markdown("<code>a*b</code>") == "`a*b`");
    CHECK(html_to_markdown("<code>a`b</code>, <code>`</code>, <code> </code>.") == "``a`b``, `` ` ``, .");
    CHECK(html_to_markdown("<code>a &lt;b&gt; <b>c</b>\nd</code>") == "`a <b> c d`");
    CHECK(html_to_markdown("<p>x</p>\n\n<pre><code>if a:\n    b  \n\n\tc\n</code></pre>\n<p>y</p>") ==
          "x\n\n```\nif a:\n    b  \n\n\tc\n```\n\ny");
    CHECK(html_to_markdown("<pre class=\"lang-py prettyprint-override\"><code>x = 1\n</code></pre>") ==
          "```py\nx = 1\n```");
    CHECK(html_to_markdown("<pre><code class='language-c++'>x\r\ny</code></pre>") == "```c++\nx\ny\n```");
    CHECK(html_to_markdown("<pre class='my-lang-py'>x</pre>") == "```\nx\n```");
    CHECK(html_to_markdown("<pre>\n```\nfence\n```\n</pre>") == "````\n```\nfence\n```\n````");
    CHECK(html_to_markdown("<pre>a<br>b &amp;lt;</pre>") == "```\na\nb &lt;\n```");
    CHECK(html_to_markdown("<pre> \n </pre>x") == "x");
    CHECK(html_to_markdown("<pre>  a \n</pre>") == "```\n  a \n```");
    CHECK(html_to_markdown("<code>never closed") == "`never closed`");
    CHECK(html_to_markdown("<pre>never closed") == "```\nnever closed\n```");
    CHECK(html_to_markdown("<code>a<p>b") == "`a`\n\nb");
    CHECK(html_to_markdown("<ul><li><pre>a</li><li>b</li></ul>") == "* ```\n  a\n  ```\n\n* b");
}

TEST_CASE("html_markdown: links and images") {
    CHECK(html_to_markdown("see <a href=\"http://x.org/?a=1&amp;b=2\">the <b>page</b></a>.") ==
          "see [the **page**](http://x.org/?a=1&b=2).");
    CHECK(html_to_markdown("<a href='u' title='T &quot;'>x</a>") == "[x](u \"T \"\")");
    CHECK(html_to_markdown("<a href=\"https://a.b/c_d\">https://a.b/c_d</a>") == "<https://a.b/c_d>");
    CHECK(html_to_markdown("<a href=\"a (b).html\">x</a>") == "[x](<a (b).html>)");
    CHECK(html_to_markdown("<a name=x>anchor</a> <a href=\"\">empty</a> <a href='u'></a>") == "anchor empty");
    CHECK(html_to_markdown("<a href='1'>one<a href='2'>two</a>") == "[one](1)[two](2)");
    CHECK(html_to_markdown("<p><a href='u'>cut</p><p>next") == "[cut](u)\n\nnext");
    CHECK(html_to_markdown("<img src='i.png' alt='an image'>") == "![an image](i.png)");
    CHECK(html_to_markdown("<a href='u'><img src=\"i.png\" alt=\"x\" title=\"t\"/></a>") == "[![x](i.png \"t\")](u)");
    CHECK(html_to_markdown("a <img alt='only text'> b<img>") == "a only text b");
    CHECK(html_to_markdown("<A HREF=u>x</A>") == "[x](u)");
    CHECK(html_to_markdown("<a href=http://x.org/>x</a>") == "[x](http://x.org/)");
}

TEST_CASE("html_markdown: quotes") {
    CHECK(html_to_markdown("<p>a</p><blockquote>\n <p>b</p>\n <p>c<br>d</p>\n</blockquote><p>e</p>") ==
          "a\n\n> b\n>\n> c  \n> d\n\ne");
    CHECK(html_to_markdown("<blockquote>a<blockquote>b</blockquote>c</blockquote>") == "> a\n>\n> > b\n>\n> c");
    CHECK(html_to_markdown("<blockquote><pre>x\n\ny</pre></blockquote>") == "> ```\n> x\n>\n> y\n> ```");
    CHECK(html_to_markdown("<blockquote></blockquote>x<blockquote>never closed") == "x\n\n> never closed");
}

TEST_CASE("html_markdown: lists") {
    CHECK(html_to_markdown("<p>a</p><ul>\n<li>b</li>\n<li>c</li>\n</ul><p>d</p>") == "a\n\n* b\n* c\n\nd");
    CHECK(html_to_markdown("<ol><li>a<li>b</ol>") == "1. a\n2. b");
    CHECK(html_to_markdown("<ol start=\"9\"><li>a</li><li>b<ul><li>c</li></ul></li></ol>") == "9. a\n10. b\n    + c");
    CHECK(html_to_markdown("<ol start='-5'><li>a</ol>") == "1. a");
    CHECK(html_to_markdown("<ul><li>a<ul><li>b<ul><li>c<ul><li>d</ul></ul></ul><li>e</ul>") ==
          "* a\n  + b\n    - c\n      * d\n* e");
    CHECK(html_to_markdown("<ul><li><p>a</p><p>b</p></li><li><p>c</p></li></ul>") == "* a\n\n  b\n\n* c");
    CHECK(html_to_markdown("<ul><li><blockquote>q</blockquote></li><li></li><li>x</ul>") == "* > q\n\n* x");
    CHECK(html_to_markdown("<li>stray") == "* stray");
    CHECK(html_to_markdown("<ul>text<li>a</ul>") == "text\n* a");
    CHECK(html_to_markdown("<ul><ul><li>a</ul></ul>") == "+ a");
    CHECK(html_to_markdown("<dl><dt>term</dt><dd>meaning</dd></dl>") == "term\nmeaning");
}

TEST_CASE("html_markdown: tables") {
    CHECK(html_to_markdown("<p>x</p><table><thead><tr><th>a</th><th>b</th></tr></thead>"
                           "<tbody><tr><td>1</td><td>2|3</td></tr></tbody></table><p>y</p>") ==
          "x\n\n| a | b |\n| --- | --- |\n| 1 | 2\\|3 |\n\ny");
    CHECK(html_to_markdown("<table><tr><td>a<td><tr><td><b>c</b><br>d<td><code>e|f</code></table>") ==
          "| a | |\n| --- | --- |\n| **c** d | `e\\|f` |");
    CHECK(html_to_markdown("<table><caption>cap</caption><tr><td colspan=2>a</td></tr><tr><td>b</td><td>c</td></tr>"
                           "</table>") == "cap\n\n| a | |\n| --- | --- |\n| b | c |");
    CHECK(html_to_markdown("<table><tr><td><table><tr><td>in</td><td>ner</td></tr></table></td><td>x</td></tr>"
                           "</table>z") == "| in ner | x |\n| --- | --- |\n\nz");
    CHECK(html_to_markdown("<table><tr>lost?<td>a</td></tr>and?</table>") == "| lost? | a |\n| --- | --- |\n| and? |");
    CHECK(html_to_markdown("<td>stray</td><tr>row") == "stray\nrow");
    CHECK(html_to_markdown("<table><tr><td><ul><li>a<li>b</ul><p>c</p></td></tr></table>") == "| a b c |\n| --- |");
    CHECK(html_to_markdown("<blockquote><table><tr><td>a</table></blockquote>") == "> | a |\n> | --- |");
}

TEST_CASE("html_markdown: entities") {
    CHECK(html_to_markdown("&lt;p&gt; &amp;amp; &quot;&apos;&#39; &eacute;&hellip;&euro;") ==
          "<p> &amp; \"'' \xC3\xA9\xE2\x80\xA6\xE2\x82\xAC");
    CHECK(html_to_markdown("&#65;&#x42;&#X43;&#x1F600;&#68") ==
          "ABC\xF0\x9F\x98\x80"
          "D");
    CHECK(html_to_markdown("&#0;&#xD800;&#x110000;&#99999999999999999999;") == repeat("\xEF\xBF\xBD", 4));
    CHECK(html_to_markdown("&#150;&#x80;") == "\xE2\x80\x93\xE2\x82\xAC");
    CHECK(html_to_markdown("AT&T & &unknown; &; &# &#x; &#xg; R&D;") == "AT&T & &unknown; &; &# &#x; &#xg; R&D;");
    CHECK(html_to_markdown("a&nbsp;b") ==
          "a\xC2\xA0"
          "b");
}

TEST_CASE("html_markdown: what is not a tag is text") {
    CHECK(html_to_markdown("a < b and c > d") == "a < b and c > d");
    CHECK(html_to_markdown("1<2, <3, <> </> <=") == "1<2, <3, <> </> <=");
    CHECK(html_to_markdown("end <b") == "end <b");
    CHECK(html_to_markdown("end <a href=\"x") == "end <a href=\"x");
    CHECK(html_to_markdown("x<y <b>z</b>") == "x<y **z**");
    CHECK(html_to_markdown("end <") == "end <");
    CHECK(html_to_markdown("<a title='a > b' href=u>x</a>") == "[x](u \"a > b\")");
}

TEST_CASE("html_markdown: left out and transparent") {
    CHECK(html_to_markdown("a<!-- c <b> -->b<!---->c<!DOCTYPE html><?php x ?>d") == "abcd");
    CHECK(html_to_markdown("a<!-- never closed") == "a<!-- never closed");
    CHECK(html_to_markdown("a<script>if (a < b) '</p>';</script>b<STYLE>p{}</style>c") == "abc");
    CHECK(html_to_markdown("a<script>never closed") == "anever closed");
    CHECK(html_to_markdown("<span class=x>a</span><custom-tag>b</custom-tag><u>c</u>") == "abc");
}

TEST_CASE("html_markdown: escaping keeps what would be read as Markdown") {
    CHECK(html_to_markdown("*not* snake_case 2*3 a * b foo* _x_ `c`") ==
          "\\*not* snake_case 2\\*3 a * b foo* \\_x_ \\`c\\`");
    CHECK(html_to_markdown("<p>* item</p>") == "\\* item");
    CHECK(html_to_markdown("<em>a*b_</em>") == "*a\\*b\\_*");
    CHECK(html_to_markdown("*not* _x_ `c`", {.escape = false}) == "*not* _x_ `c`");
}

TEST_CASE("html_markdown: other bytes than UTF-8 pass through, UTF-8 stays UTF-8") {
    CHECK(html_to_markdown("a\xFF<b>\x80</b>") == "a\xFF**\x80**");
    const std::string text = html_to_markdown("<p>\xC3\xA9\xF0\x9F\x98\x80 &#x10FFFF;&#xDFFF;</p>");
    CHECK_FALSE(anabranch::lm::find_invalid_utf8(text));
}

TEST_CASE("html_markdown: a million tags take linear time") {
    const auto seconds = [](const std::string& html) {
        const auto begin = std::chrono::steady_clock::now();
        const std::string markdown = html_to_markdown(html);
        CHECK(markdown.size() < 40 * html.size() + 100);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    const std::string attacks[] = {
        "<b>",
        "<blockquote>",
        "<ul><li>",
        "<a href='u'>x",
        "<table><tr><td>",
        "</b>",
        "</div>",
        "<p>x",
        "<pre>",
        "<!--",
        "<!",
        "<script>",
        "<style>x</",
        "<",
        "<a \"",
        "<a '\"'>",
        "&#",
        "&amp",
        "`",
        "<code>",
        "<b><i>x</b>",
        "<li><b>",
        "<h1>",
        "<blockquote>x<br>",
        "<a href=\"<",
        "<ol><li>x",
        "x </",
        "<b>x</i><p><del>y</p>",
    };
    for (const std::string& attack : attacks) {
        CAPTURE(attack);
        const double time = seconds(repeat(attack, attack == attacks[0] || attack == attacks[1] ? 1'000'000 : 100'000));
        CHECK(time < 20.0);  // seconds: quadratic time would be minutes to hours
    }
    const std::string long_target = "<a href='" + repeat("x", 1'000'000) + "'>" + repeat("<p>x</p>", 100'000);
    CHECK(seconds(long_target) < 5.0);
}
