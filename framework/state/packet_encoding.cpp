#include <anabranch/json_text.h>
#include <framework/graph/utf8.h>
#include <framework/state/packet_format.h>

#include <algorithm>
#include <vector>

namespace anabranch::framework::packet_format {
namespace {

/// Numbers and texts as bytes, into a sink that may only count or sum them up.
class Out {
  public:
    explicit Out(const Sink& sink) : sink_(&sink) {}

    void bytes(std::span<const std::byte> bytes) {
        if (!bytes.empty()) (*sink_)(bytes);
        size_ += bytes.size();
    }
    void text(std::string_view text) { bytes(std::as_bytes(std::span(text))); }
    template <typename T>
    void number(T value) {
        bytes(std::as_bytes(std::span(&value, 1)));
    }
    void named(std::string_view name) {
        number(static_cast<std::uint32_t>(name.size()));
        text(name);
    }
    void align() {
        constexpr std::array<std::byte, alignment> zeros{};
        bytes(std::span(zeros).first((alignment - size_ % alignment) % alignment));
    }
    [[nodiscard]] std::uint64_t size() const { return size_; }

  private:
    const Sink* sink_;
    std::uint64_t size_ = 0;
};

void put_values(const Array& array, Out& out) {
    out.align();
    out.bytes(
        {static_cast<const std::byte*>(array.data()), static_cast<std::size_t>(array.size()) * size_of(array.dtype())});
}

void put_column(const Strings& strings, Out& out) {
    std::vector<std::uint64_t> offsets{0};
    for (const auto& text : strings.values()) offsets.push_back(offsets.back() + text.size());
    out.number(Kind::strings);
    out.bytes(std::as_bytes(std::span(offsets)));
    for (const auto& text : strings.values()) out.text(text);
}

void put_column(const Array& array, Out& out) {
    out.number(Kind::array);
    out.named(name_of(array.dtype()));
    out.number(static_cast<std::uint32_t>(array.shape().size()));
    out.bytes(std::as_bytes(array.shape()));
    put_values(array, out);
}

void put_column(const Ragged& ragged, Out& out) {
    out.number(Kind::ragged);
    out.named(name_of(ragged.flat().dtype()));
    out.bytes(std::as_bytes(ragged.offsets()));
    put_values(ragged.flat(), out);
}

void put_body(std::string_view name, const Packet& packet, Out& out) {
    out.named(name);
    out.number(packet.rows());
    for (const auto& [column_name, column] : packet.columns()) {
        out.named(column_name);
        std::visit([&](const auto& kind) { put_column(kind, out); }, column);
    }
}

void put_head(std::string_view marker, std::uint32_t body_crc, std::uint64_t sequence, std::uint64_t body_bytes,
              std::uint32_t columns, const Sink& sink) {
    std::uint32_t crc = 0;
    const Sink summed = [&](std::span<const std::byte> bytes) {
        crc = crc32(bytes, crc);
        sink(bytes);
    };
    Out out(summed);
    out.text(marker);
    out.number(body_crc);
    out.number(sequence);
    out.number(body_bytes);
    out.number(columns);
    Out(sink).number(crc);
}

void require_storable(const std::string& name, const Array& array) {
    if (array.device().kind != Device::Kind::cpu) {
        throw Error(cat("column '", name, "' (", describe(array), ") lies in GPU memory, which the framework cannot ",
                        "read; let its node copy it to the CPU"));
    }
    if (array.shape().size() > most_dimensions) {
        throw Error(cat("column '", name, "' has ", array.shape().size(), " dimensions; packet files hold at most ",
                        most_dimensions));
    }
    if (array.size() == 0 && array.rows() > most_empty_rows) {
        throw Error(cat("column '", name, "' (", describe(array), ") has no values in so many rows; packet files hold ",
                        "at most ", most_empty_rows, " such rows"));
    }
}

void require_storable(const std::string& name, const Ragged& ragged) {
    require_storable(name, ragged.flat());
}

void require_storable(const std::string& name, const Strings& strings) {
    for (std::size_t row = 0; row < strings.values().size(); ++row) {
        const std::size_t wrong = find_invalid_utf8(strings.values()[row]);
        if (wrong == std::string_view::npos) continue;
        throw Error(cat("column '", name, "', row ", row, ": byte ", wrong,
                        " is not UTF-8, which columns of text must be; let the node put U+FFFD there"));
    }
}

void require_storable(const Packet& packet) {
    if (packet.columns().size() > most_columns)
        throw Error(cat("a packet of ", packet.columns().size(), " columns; packet files hold at most ", most_columns));
    for (const auto& column : packet.columns()) {
        if (find_invalid_utf8(column.first) != std::string_view::npos)
            throw Error(cat("the name of column ", json_quote(column.first), " is not UTF-8"));
        std::visit([&](const auto& kind) { require_storable(column.first, kind); }, column.second);
    }
}

}  // namespace

void put_header(const Description& description, const Sink& sink) {
    std::string json = "{";
    for (const auto& [key, value] : description)
        json += cat(json.size() == 1 ? "" : ", ", json_quote(key), ": ", json_quote(value));
    json += "}\n";
    if (json.size() > most_description_bytes)
        throw Error(
            cat("a description of ", json.size(), " bytes; packet files hold at most ", most_description_bytes));
    std::uint32_t crc = 0;
    const Sink summed = [&](std::span<const std::byte> bytes) {
        crc = crc32(bytes, crc);
        sink(bytes);
    };
    Out out(summed);
    out.bytes(std::as_bytes(std::span(magic)));
    out.number(version);
    out.number(static_cast<std::uint32_t>(json.size()));
    out.number(crc32(std::as_bytes(std::span(json))));
    Out rest(sink);
    rest.number(crc);
    rest.text(json);
}

void put_packet(std::uint64_t sequence, std::string_view name, const Packet& packet, const Sink& sink) {
    require_storable(packet);
    if (find_invalid_utf8(name) != std::string_view::npos)
        throw Error(cat("the name of packet ", json_quote(name), " is not UTF-8"));
    // Twice over the same bytes, since length and checksum stand before them: that costs no copy of the packet.
    std::uint32_t crc = 0;
    const Sink sum = [&](std::span<const std::byte> bytes) { crc = crc32(bytes, crc); };
    Out counted(sum);
    put_body(name, packet, counted);
    put_head(packet_marker, crc, sequence, counted.size(), static_cast<std::uint32_t>(packet.columns().size()), sink);
    Out out(sink);
    put_body(name, packet, out);
}

void put_end(std::uint64_t packets, const Sink& sink) {
    put_head(end_marker, 0, packets, 0, 0, sink);
}

}  // namespace anabranch::framework::packet_format
