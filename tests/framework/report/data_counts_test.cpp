#include <doctest/doctest.h>
#include <framework/report/data_counts.h>

using namespace anabranch::framework;

TEST_CASE(
    "what nodes left out of the data is added up by node and kind; what is zero or no count of data is not told") {
    DataCounts counts;
    CHECK(counts.text().empty());
    counts.add("tokens", {{"data/dropped_pairs", 30}, {"loss", 7}});
    counts.add("tokens", {{"data/dropped_pairs", 1}, {"data/truncated_rows", 0}});
    counts.add("pieces", {{"data/dropped_tokens", 123456}, {"datum", 1}, {"data0", 1}, {"time/generate", 2}});
    counts.add("held_out", {{"data/dropped_pairs", 0}});
    CHECK(counts.text() == "pieces dropped 123456 tokens, tokens dropped 31 pairs");
}
