#pragma once

#include <anabranch/error.h>
#include <anabranch/random.h>
#include <anabranch/spec.h>
#include <anabranch/state.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace anabranch::data {

/// How a source turns the rows of a file into batches.
struct RowStreamOptions {
    std::size_t batch = 32;
    std::uint64_t skip = 0;  ///< rows left out at the start of each epoch, before `take` and the shuffling
    std::uint64_t take = std::numeric_limits<std::uint64_t>::max();
    bool repeat = false;
    bool drop_last = false;
    std::size_t shuffle_buffer = 0;
};

/// Adds the parameters of these options, the same for every source, to a spec.
void add_row_stream_parameters(Spec& spec);
/// What these parameters change of a spec: for types with a `refine` of their own to call.
void refine_row_stream(const Parameters& parameters, Spec& spec);
[[nodiscard]] RowStreamOptions row_stream_options(const Parameters& parameters);
/// "skip 10, take 5": what of the options leaves rows out, for messages; empty if nothing.
[[nodiscard]] std::string describe(const RowStreamOptions& options);

/// Batches of the rows of a file, epoch after epoch. Shuffling draws from a buffer of the next rows, as streams of
/// Hugging Face's datasets do, and empties it at the end of an epoch, so that an epoch gives each row once.
template <typename Row>
class RowStream {
  public:
    using Read = std::function<bool(Row&)>;  ///< the next row of a file, or false
    using Open = std::function<Read()>;      ///< begins at the first row

    /// Opens at once. `source` is what messages call the rows: the file and what is left out of it.
    RowStream(Open open, RowStreamOptions options, std::string source)
        : open_(std::move(open)), options_(options), source_(std::move(source)), read_(open_()) {}

    /// The next batch; empty at the end. `random` must be another one for each call. A stream that gives nothing at
    /// all is an Error.
    std::vector<Row> next(const Random& random) {
        std::vector<Row> rows;
        Row row;
        while (rows.size() < options_.batch && draw(row, random, rows.size())) rows.push_back(std::move(row));
        if (rows.size() < options_.batch && options_.drop_last) {
            if (!given_) {
                throw Error(cat(source_, ": ", rows.size(), " rows do not fill a batch of ", options_.batch,
                                ", and drop_last leaves out a batch that is not full; make batch smaller"));
            }
            rows.clear();
        }
        given_ = true;
        return rows;
    }

    /// Where it stands: the rows that were read in this epoch, and which of them are held.
    void save_state(State& state) const {
        std::vector<std::int64_t> held;
        for (const auto& one : buffer_) held.push_back(one.number);
        state.set("skipped", static_cast<std::int64_t>(skipped_));
        state.set("rows", static_cast<std::int64_t>(epoch_rows_));
        state.set("held", Column(Array::of(std::move(held))));
        state.set("given", static_cast<std::int64_t>(given_));
        state.set("ended", static_cast<std::int64_t>(ended_));
    }
    /// Goes on there. Reads the rows up to it again: most files cannot be entered in their middle.
    void load_state(const State& state) {
        const auto skipped = static_cast<std::uint64_t>(state.integer("skipped"));
        const auto rows = static_cast<std::uint64_t>(state.integer("rows"));
        const auto held = state.array("held").values<std::int64_t>();
        std::map<std::int64_t, std::size_t> places;
        for (std::size_t i = 0; i < held.size(); ++i) places.emplace(held[i], i);
        buffer_.resize(held.size());
        for (std::uint64_t i = 0; i < skipped + rows; ++i) {
            Row row;
            if (!read_(row)) {
                throw Error(cat(source_, ": ended after ", i, " rows, of which ", skipped + rows,
                                " had been read; was the file changed?"));
            }
            if (i < skipped) continue;
            const auto number = static_cast<std::int64_t>(i - skipped);
            if (const auto place = places.find(number); place != places.end())
                buffer_[place->second] = {number, std::move(row)};
        }
        skipped_ = skipped;
        epoch_rows_ = rows;
        given_ = state.integer("given") != 0;
        ended_ = state.integer("ended") != 0;
    }

  private:
    struct Held {
        std::int64_t number = 0;  ///< of the row in its epoch
        Row row{};
    };

    bool draw(Row& row, const Random& random, std::uint64_t number) {
        if (ended_) return false;
        fill();
        if (buffer_.empty()) {
            if (epoch_rows_ == 0) throw Error(cat(source_, ": no rows are left; lower skip or give a larger file"));
            ended_ = !options_.repeat;
            if (ended_) return false;
            read_ = open_();
            skipped_ = 0;
            epoch_rows_ = 0;
            fill();
            if (buffer_.empty()) throw Error(cat(source_, ": the rows are gone; was the file changed?"));
        }
        const auto size = static_cast<std::int64_t>(buffer_.size());
        std::swap(buffer_[static_cast<std::size_t>(random.integer(0, size, number))], buffer_.back());
        row = std::move(buffer_.back().row);
        buffer_.pop_back();
        return true;
    }
    void fill() {
        Row row;
        while (buffer_.size() < std::max<std::size_t>(options_.shuffle_buffer, 1) && epoch_rows_ < options_.take) {
            if (!read_(row)) return;
            if (skipped_ < options_.skip) {
                ++skipped_;
                continue;
            }
            buffer_.push_back({static_cast<std::int64_t>(epoch_rows_++), std::move(row)});
        }
    }

    Open open_;
    RowStreamOptions options_;
    std::string source_;
    Read read_;
    std::vector<Held> buffer_;
    std::uint64_t skipped_ = 0;
    std::uint64_t epoch_rows_ = 0;
    bool given_ = false;
    bool ended_ = false;
};

}  // namespace anabranch::data
