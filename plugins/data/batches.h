#pragma once

#include <anabranch/node.h>
#include <plugins/data/row_stream.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace anabranch::data {

/// A column of the rows' values: `column(rows, &Row::title)`.
template <typename Row, typename Value>
std::vector<Value> column(const std::vector<Row>& rows, Value Row::*member) {
    std::vector<Value> values;
    values.reserve(rows.size());
    for (const auto& row : rows) values.push_back(row.*member);
    return values;
}

/// A source of a file's rows, whatever they are.
struct Batches {
    std::function<void(Call&)> next;  ///< puts the columns of the next batch out, or ends the stream
    std::function<void(State&)> save;
    std::function<void(const State&)> load;
};

template <typename Row>
Batches batches(typename RowStream<Row>::Open open, const Parameters& parameters, std::string source,
                void (*put)(const std::vector<Row>&, PacketBuilder&)) {
    auto stream = std::make_shared<RowStream<Row>>(std::move(open), row_stream_options(parameters), std::move(source));
    return {[stream, put](Call& call) {
                const auto rows = stream->next(call.random());
                if (rows.empty()) return call.end_of_stream();
                put(rows, call.out());
            },
            [stream](State& state) { stream->save_state(state); },
            [stream](const State& state) { stream->load_state(state); }};
}

/// A node that gives such batches.
class BatchSource : public Node {
  public:
    explicit BatchSource(Batches batches) : batches_(std::move(batches)) {}
    void process(Call& call) override { batches_.next(call); }
    void save_state(State& state) const override { batches_.save(state); }
    void load_state(const State& state) override { batches_.load(state); }

  private:
    Batches batches_;
};

/// How many rows a reader of each epoch left out, and how many of them are told already.
struct Skipped {
    std::uint64_t earlier = 0;  ///< of epochs that are over, not told
    std::uint64_t seen = 0;     ///< of this epoch
    std::uint64_t told = 0;     ///< of this epoch; a resumed node sees them again

    void next_epoch() {
        earlier = untold();
        seen = told = 0;
    }
    [[nodiscard]] std::uint64_t untold() const { return earlier + (seen > told ? seen - told : 0); }
    std::uint64_t tell() {
        const std::uint64_t count = untold();
        earlier = 0;
        told = std::max(told, seen);
        return count;
    }
};

/// Batches of the rows of a reader, made anew for each epoch, that may leave rows out: its position().skipped counts
/// them, and so does the metric data/skipped_rows.
template <typename Row, typename Make>
Batches counted_batches(Make make, const Parameters& parameters, const std::string& source,
                        void (*put)(const std::vector<Row>&, PacketBuilder&)) {
    const auto skipped = std::make_shared<Skipped>();
    const auto open = [make = std::move(make), skipped] {
        skipped->next_epoch();
        return [reader = make(), skipped](Row& row) {
            const bool found = reader->next(row);
            skipped->seen = reader->position().skipped;
            return found;
        };
    };
    Batches made = batches<Row>(open, parameters, source, put);
    return {[next = std::move(made.next), skipped](Call& call) {
                next(call);
                if (const auto count = skipped->tell(); count > 0)
                    call.metric("data/skipped_rows", static_cast<double>(count));
            },
            [save = std::move(made.save), skipped](State& state) {
                save(state);
                state.set("skipped_told", static_cast<std::int64_t>(skipped->told));
            },
            [load = std::move(made.load), skipped](const State& state) {
                load(state);
                skipped->earlier = 0;
                skipped->told = static_cast<std::uint64_t>(state.integer("skipped_told"));
            }};
}

/// Opens a reader anew for each epoch: one whose `next` fills a row.
template <typename Row, typename Make>
typename RowStream<Row>::Open open_each_time(Make make) {
    return
        [make = std::move(make)] { return [reader = std::shared_ptr(make())](Row& row) { return reader->next(row); }; };
}

/// Keeps one reader, which is costly to make, and begins it again for each epoch.
template <typename Row, typename Reader>
typename RowStream<Row>::Open open_once(std::shared_ptr<Reader> reader) {
    return [reader = std::move(reader)] {
        reader->rewind();
        return [reader](Row& row) { return reader->next(row); };
    };
}

}  // namespace anabranch::data
