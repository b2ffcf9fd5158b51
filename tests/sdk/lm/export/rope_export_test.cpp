#include "export/rope_export.h"

#include <anabranch/error.h>
#include <doctest/doctest.h>

using namespace anabranch::lm;

TEST_CASE("LLaMA 3's scaling becomes divisors, and its rule is recognised in them") {
    LlamaConfig config;
    config.attention = {32, 8, 128};
    config.rope_theta = 500000;
    for (const double factor : {8.0, 32.0}) {
        config.rope_scaling = {RopeScaling::Kind::llama3, factor, 1, 4, 8192, {}};
        const auto divisors = rope_divisors(config);
        CHECK(divisors.size() == 64);
        CHECK(divisors.front() == 1);
        CHECK(divisors.back() == doctest::Approx(factor));
        LlamaConfig read = config;
        read.rope_scaling = {RopeScaling::Kind::divisors, 1, 1, 4, 0, divisors};
        const RopeScaling named = named_scaling(read);
        CHECK(named.kind == RopeScaling::Kind::llama3);
        CHECK(named.factor == doctest::Approx(factor));
        CHECK(named.original_context == 8192);
        read.rope_scaling.divisors[10] = 1.5F;
        CHECK_THROWS_WITH_AS(static_cast<void>(named_scaling(read)), doctest::Contains("export it as gguf"),
                             anabranch::Error);
    }
}
