#include "anabranch/lm/data/external_sort.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "anabranch/error.h"
#include "sort_run.h"

namespace anabranch::lm {
namespace {

constexpr std::size_t largest_block = std::size_t{4} << 20U;
constexpr std::size_t smallest_buffer = std::size_t{16} << 10U;
constexpr std::size_t largest_buffer = std::size_t{1} << 20U;

/// A record in memory: its key, and its value behind it.
struct Held {
    const char* text;
    std::uint32_t key;
    std::uint32_t value;
    [[nodiscard]] std::string_view key_text() const { return {text, key}; }
    [[nodiscard]] std::string_view value_text() const { return {text + key, value}; }
};

/// Sorted runs read as one.
class Merge {
  public:
    Merge(const SortRun* first, std::size_t count, std::size_t memory_bytes) {
        const std::size_t buffer =
            std::clamp(memory_bytes / std::max<std::size_t>(count, 1), smallest_buffer, largest_buffer);
        for (std::size_t i = 0; i < count; ++i) readers_.emplace_back(first[i], buffer);
        for (std::size_t i = 0; i < count; ++i) push(i);
    }

    bool next(std::string_view& key, std::string_view& value) {
        if (given_) push(*std::exchange(given_, std::nullopt));
        if (heap_.empty()) return false;
        std::pop_heap(heap_.begin(), heap_.end(), Later{this});
        given_ = heap_.back();
        heap_.pop_back();
        key = readers_[*given_].key();
        value = readers_[*given_].value();
        return true;
    }

  private:
    void push(std::size_t reader) {
        if (!readers_[reader].next()) return;
        heap_.push_back(reader);
        std::push_heap(heap_.begin(), heap_.end(), Later{this});
    }
    struct Later {
        const Merge* merge;
        bool operator()(std::size_t a, std::size_t b) const {
            const int order = merge->readers_[a].key().compare(merge->readers_[b].key());
            return order > 0 || (order == 0 && a > b);  // runs stand in the order in which they were filled
        }
    };

    std::vector<SortRunReader> readers_;
    std::vector<std::size_t> heap_;
    std::optional<std::size_t> given_;  // the reader whose record the caller holds
};

}  // namespace

class ExternalSort::Work {
  public:
    explicit Work(SortOptions options) : options_(std::move(options)), gathered_(options_.memory_bytes / 4 * 3) {
        if (options_.memory_bytes == 0 || options_.fan_in < 2) {
            throw Error("SortOptions: expected memory above 0 and a fan_in of at least 2");
        }
        if (options_.folder.empty()) options_.folder = std::filesystem::temp_directory_path();
        block_bytes_ = std::clamp<std::size_t>(gathered_ / 8, 1, largest_block);
    }

    void add(std::string_view key, std::string_view value) {
        const std::size_t size = key.size() + value.size();
        if (size > room_.size() && blocks_bytes_ + std::max(size, block_bytes_) + held_bytes() > gathered_) spill();
        if (size > room_.size()) make_room(std::max(size, block_bytes_));
        std::memcpy(room_.data(), key.data(), key.size());
        if (!value.empty()) std::memcpy(room_.data() + key.size(), value.data(), value.size());
        held_.push_back(
            {room_.data(), static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size())});
        room_ = room_.subspan(size);
        ++records_;
    }

    void finish() {
        // What is held through the reading must leave room for what the caller does with it.
        if (!runs_.empty() || blocks_bytes_ + held_bytes() > options_.memory_bytes / 4) spill();
        sort();
        rewind();
    }

    bool next(std::string_view& key, std::string_view& value) {
        if (merge_) return merge_->next(key, value);
        if (at_ == held_.size()) return false;
        key = held_[at_].key_text();
        value = held_[at_].value_text();
        ++at_;
        return true;
    }

    void rewind() {
        at_ = 0;
        if (!runs_.empty()) merge_.emplace(runs_.data(), runs_.size(), options_.memory_bytes / 4);
    }

    [[nodiscard]] std::uint64_t records() const { return records_; }
    [[nodiscard]] std::uint64_t spilled_bytes() const { return spilled_; }

  private:
    [[nodiscard]] std::size_t held_bytes() const { return held_.size() * sizeof(Held); }

    void make_room(std::size_t size) {
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
        blocks_bytes_ += size;
        room_ = {blocks_.back().get(), size};
    }

    void sort() { std::ranges::stable_sort(held_, {}, &Held::key_text); }

    void spill() {
        if (held_.empty()) return;
        sort();
        SortRun run(options_.folder);
        for (const Held& record : held_) run.append(record.key_text(), record.value_text());
        keep(std::move(run), 0);
        held_.clear();
        held_.shrink_to_fit();
        blocks_.clear();
        blocks_bytes_ = 0;
        room_ = {};
        while (std::ranges::count(levels_, levels_.back()) >= static_cast<std::ptrdiff_t>(options_.fan_in)) {
            merge_last_level();
        }
    }

    void keep(SortRun run, int level) {
        run.finish();
        spilled_ += run.size();
        runs_.push_back(std::move(run));
        levels_.push_back(level);
    }

    /// Runs of one level stand together at the end: one of the next level takes their place.
    void merge_last_level() {
        const int level = levels_.back();
        const std::size_t count = options_.fan_in;
        const std::size_t first = runs_.size() - count;
        SortRun merged(options_.folder);
        {
            Merge merge(runs_.data() + first, count, options_.memory_bytes / 4);
            std::string_view key, value;
            while (merge.next(key, value)) merged.append(key, value);
        }
        runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(first), runs_.end());
        levels_.resize(first);
        keep(std::move(merged), level + 1);
    }

    SortOptions options_;
    std::size_t gathered_;  // bytes that may be held before they are written
    std::size_t block_bytes_ = 0;
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t blocks_bytes_ = 0;
    std::span<char> room_;  // what is free of the last block
    std::deque<Held> held_;
    std::vector<SortRun> runs_;
    std::vector<int> levels_;  // of each run: how often its records were merged
    std::optional<Merge> merge_;
    std::size_t at_ = 0;
    std::uint64_t records_ = 0;
    std::uint64_t spilled_ = 0;
};

ExternalSort::ExternalSort(SortOptions options) : work_(std::make_unique<Work>(std::move(options))) {}
ExternalSort::~ExternalSort() = default;
ExternalSort::ExternalSort(ExternalSort&&) noexcept = default;
ExternalSort& ExternalSort::operator=(ExternalSort&&) noexcept = default;

void ExternalSort::add(std::string_view key, std::string_view value) {
    work_->add(key, value);
}
void ExternalSort::finish() {
    work_->finish();
}
bool ExternalSort::next(std::string_view& key, std::string_view& value) {
    return work_->next(key, value);
}
void ExternalSort::rewind() {
    work_->rewind();
}
std::uint64_t ExternalSort::records() const {
    return work_->records();
}
std::uint64_t ExternalSort::spilled_bytes() const {
    return work_->spilled_bytes();
}

void append_key(std::string& key, std::uint64_t number) {
    for (int shift = 56; shift >= 0; shift -= 8)
        key += static_cast<char>(number >> static_cast<unsigned>(shift) & 0xFFU);
}
void append_key(std::string& key, std::int64_t number) {
    append_key(key, static_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63U));
}

}  // namespace anabranch::lm
