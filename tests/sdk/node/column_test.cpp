#include <anabranch/column.h>
#include <doctest/doctest.h>

#include <algorithm>

using namespace anabranch;

TEST_CASE("dtypes have a size and a name, and names read back") {
    for (const auto& [dtype, size, name] : {std::tuple{Dtype::boolean, 1U, "bool"},
                                            {Dtype::u8, 1U, "u8"},
                                            {Dtype::i32, 4U, "i32"},
                                            {Dtype::i64, 8U, "i64"},
                                            {Dtype::f16, 2U, "f16"},
                                            {Dtype::bf16, 2U, "bf16"},
                                            {Dtype::f32, 4U, "f32"},
                                            {Dtype::f64, 8U, "f64"}}) {
        CHECK(size_of(dtype) == size);
        CHECK(name_of(dtype) == name);
        CHECK(dtype_from_name(name) == dtype);
    }
    CHECK_FALSE(dtype_from_name("f8"));
    CHECK_FALSE(dtype_from_name(""));
}

TEST_CASE("an array owns its values, knows its shape, and copies share memory") {
    const Array array = Array::of(std::vector<float>{1, 2, 3, 4, 5, 6}, {3, 2});
    const Array copy = array;
    CHECK(array.rows() == 3);
    CHECK(array.size() == 6);
    CHECK(array.dtype() == Dtype::f32);
    CHECK(copy.values<float>().data() == array.values<float>().data());
    CHECK(array.values<float>()[5] == 6);
    CHECK(describe(Column(array)) == "f32[3,2]");
    CHECK(Array::of(std::vector<std::int64_t>{}).rows() == 0);
    CHECK(Array::of(std::vector<std::int64_t>{}).values<std::int64_t>().empty());
}

TEST_CASE("an array lends foreign memory for as long as a copy of it lives") {
    auto owner = std::make_shared<std::vector<double>>(4, 2.5);
    const std::weak_ptr<std::vector<double>> alive = owner;
    {
        const Array array(Dtype::f64, {4}, Device{}, owner->data(), owner);
        owner.reset();
        const Array copy = array;
        CHECK(copy.values<double>()[3] == 2.5);
        CHECK_FALSE(alive.expired());
    }
    CHECK(alive.expired());
}

TEST_CASE("an array of booleans has a byte an element") {
    const Array array = Array::of(std::vector<bool>{true, false, false, true}, {2, 2});
    CHECK(array.dtype() == Dtype::boolean);
    CHECK(std::ranges::equal(array.values<bool>(), std::vector<bool>{true, false, false, true}));
    CHECK(static_cast<const unsigned char*>(array.data())[3] == 1);
    CHECK(Array::of(std::vector<bool>{}).values<bool>().empty());
    CHECK_THROWS_AS(Array::of(std::vector<bool>{true, false}, {3}), Error);
}

TEST_CASE("what does not fit is an error") {
    CHECK_THROWS_WITH_AS(Array::of(std::vector<float>{1, 2, 3}, {2, 2}), "an array's shape does not fit its values",
                         Error);
    CHECK_THROWS_AS(Array(Dtype::f32, {}, Device{}, nullptr, nullptr), Error);
    CHECK_THROWS_AS(Array(Dtype::f32, {2, -1}, Device{}, nullptr, nullptr), Error);
    const Array array = Array::of(std::vector<float>{1});
    CHECK_THROWS_WITH_AS((void)array.values<double>(), "an array of f32 was read as f64", Error);
    const Array gpu(Dtype::f32, {1}, Device{Device::Kind::cuda, 0}, nullptr, nullptr);
    CHECK_THROWS_WITH_AS((void)gpu.values<float>(), doctest::Contains("copy it to the CPU first"), Error);
}

TEST_CASE("ragged rows lie end to end, empty ones too") {
    const Ragged ragged = Ragged::of<std::int64_t>({{1, 2}, {}, {3}});
    CHECK(ragged.rows() == 3);
    CHECK(ragged.row<std::int64_t>(0).size() == 2);
    CHECK(ragged.row<std::int64_t>(1).empty());
    CHECK(ragged.row<std::int64_t>(2)[0] == 3);
    CHECK(std::vector<std::int64_t>(ragged.offsets().begin(), ragged.offsets().end()) ==
          std::vector<std::int64_t>{0, 2, 2, 3});
    CHECK(describe(Column(ragged)) == "i64[3,~]");
    CHECK(rows_of(Column(Ragged::of<float>({}))) == 0);
    const Ragged flags = Ragged::of<bool>({{true, false}, {}, {true}});
    CHECK(describe(Column(flags)) == "bool[3,~]");
    CHECK(flags.row<bool>(2)[0]);
    CHECK_FALSE(flags.row<bool>(0)[1]);
}

TEST_CASE("a ragged column's offsets must cover its values") {
    const Array values = Array::of(std::vector<float>{1, 2, 3});
    CHECK(Ragged(values, {0, 3}).rows() == 1);
    for (const std::vector<std::int64_t>& wrong :
         std::vector<std::vector<std::int64_t>>{{}, {0}, {1, 3}, {0, 2}, {0, 4}, {0, 2, 1, 3}, {-1, 3}}) {
        CHECK_THROWS_WITH_AS(Ragged(values, wrong), "a ragged column's offsets do not cover its values", Error);
    }
    CHECK_THROWS_AS(Ragged(Array::of(std::vector<float>{1, 2}, {1, 2}), {0, 1}), Error);
}

TEST_CASE("strings") {
    const Column column = Strings({"a", "", "c"});
    CHECK(rows_of(column) == 3);
    CHECK(describe(column) == "str[3]");
}
