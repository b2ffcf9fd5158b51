#include "made_packets.h"

#include <anabranch/error.h>
#include <anabranch/random.h>

#include <cstring>

namespace anabranch::tests {
namespace {

class Maker {
  public:
    Maker(std::uint64_t number, std::int64_t rows) : random_(Random(7).fork(number)), rows_(rows) {}

    [[nodiscard]] Column column(const ColumnType& type) const {
        const Random random = random_.fork(type.name);
        const bool ragged = type.dimensions.size() > 1 && type.dimensions.back().ragged;
        if (!type.dtype) return Strings(texts(random));
        if (*type.dtype == Dtype::f32) return numbers<float>(type, random, ragged);
        if (*type.dtype == Dtype::f64) return numbers<double>(type, random, ragged);
        if (*type.dtype == Dtype::i64) return numbers<std::int64_t>(type, random, ragged);
        throw Error(cat("this test makes no column ", type.text()));
    }

  private:
    [[nodiscard]] std::vector<std::string> texts(const Random& random) const {
        const std::vector<std::string> words{"why", "bread", "oven", "you", "please", "salt", "thunder", "a", "river"};
        std::vector<std::string> texts;
        for (std::int64_t row = 0; row < rows_; ++row) {
            std::string text;
            const auto count = random.fork("count").integer(3, 12, static_cast<std::uint64_t>(row));
            for (std::int64_t i = 0; i < count; ++i) {
                const auto word = random.integer(0, static_cast<std::int64_t>(words.size()),
                                                 static_cast<std::uint64_t>(row * 100 + i));
                text += (i == 0 ? "" : " ") + words[static_cast<std::size_t>(word)];
            }
            texts.push_back(std::move(text));
        }
        return texts;
    }
    template <typename T>
    [[nodiscard]] static T number(const Random& random, std::uint64_t draw) {
        if constexpr (std::is_integral_v<T>) return random.integer(5, 200, draw);
        return static_cast<T>(random.uniform(draw) - 0.7);  // mostly negative, as log-probabilities are
    }
    template <typename T>
    [[nodiscard]] Column numbers(const ColumnType& type, const Random& random, bool ragged) const {
        std::vector<std::vector<T>> rows;
        std::vector<T> flat;
        std::uint64_t draw = 0;
        for (std::int64_t row = 0; row < rows_; ++row) {
            const auto length =
                ragged ? random_.fork(type.dimensions.back().symbol).integer(2, 7, static_cast<std::uint64_t>(row)) : 1;
            auto& values = rows.emplace_back();
            for (std::int64_t i = 0; i < length; ++i) values.push_back(number<T>(random, draw++));
            flat.push_back(values.front());
        }
        return ragged ? Column(Ragged::of(rows)) : Column(Array::of(std::move(flat)));
    }

    Random random_;
    std::int64_t rows_;
};

template <typename T>
void add_bits(std::string& text, std::span<const T> values) {
    for (const T value : values) {
        char bytes[sizeof(T)];
        std::memcpy(bytes, &value, sizeof(T));
        text.append(bytes, sizeof(T));
    }
}

void add_array(std::string& text, const Array& array) {
    for (const std::int64_t dimension : array.shape()) text += std::to_string(dimension) + ",";
    add_bits(text, std::span(static_cast<const char*>(array.data()),
                             static_cast<std::size_t>(array.size()) * size_of(array.dtype())));
}

struct Bits {
    std::string& text;
    void operator()(const Strings& column) const {
        for (const auto& row : column.values()) text += row + '\0';
    }
    void operator()(const Array& column) const { add_array(text, column); }
    void operator()(const Ragged& column) const {
        add_bits(text, column.offsets());
        add_array(text, column.flat());
    }
};

}  // namespace

Packet made_packet(const PortType& type, std::uint64_t number, std::int64_t rows) {
    const Maker maker(number, rows);
    if (type.columns.empty())
        return made_packet(PortType::parse("question: str[B], score: f32[B], id: i64[B], ids: i64[B,~T]"), number,
                           rows);
    PacketBuilder builder;
    for (const auto& column : type.columns) {
        const bool labels = column.name == "labels" && type.find("input_ids") != nullptr;
        builder.set(column.name, maker.column(labels ? *type.find("input_ids") : column));
    }
    return std::move(builder).build();
}

std::string bits_of(const Packet& packet) {
    std::string text = "packet";
    for (const auto& [name, column] : packet.columns()) {
        text += cat("\n", name, " ", describe(column), " ");
        std::visit(Bits{text}, column);
    }
    return text + "\n";
}

}  // namespace anabranch::tests
