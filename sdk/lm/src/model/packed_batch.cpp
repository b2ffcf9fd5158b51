#include <ATen/ATen.h>
#include <anabranch/error.h>
#include <anabranch/lm/model/packed_batch.h>

#include <algorithm>

namespace anabranch::lm {

PackedBatch pack(std::span<const std::vector<std::int64_t>> sequences, std::int64_t vocabulary, std::int64_t context,
                 at::Device device) {
    std::vector<std::int64_t> ids;
    std::vector<std::int64_t> positions;
    PackedBatch batch;
    batch.offsets.push_back(0);
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        const auto& sequence = sequences[i];
        if (static_cast<std::int64_t>(sequence.size()) > context) {
            throw Error(cat("row ", i, " has ", sequence.size(), " tokens, more than the model's context of ", context,
                            "; shorten or drop such rows (text.tokenize: max_tokens, too_long)"));
        }
        for (std::size_t t = 0; t < sequence.size(); ++t) {
            if (sequence[t] < 0 || sequence[t] >= vocabulary) {
                throw Error(cat("row ", i, ": token id ", sequence[t], " at position ", t,
                                " is outside the model's vocabulary of ", vocabulary,
                                "; use the tokenizer that belongs to the model"));
            }
            ids.push_back(sequence[t]);
            positions.push_back(static_cast<std::int64_t>(t));
        }
        batch.offsets.push_back(static_cast<std::int64_t>(ids.size()));
    }
    batch.ids = at::tensor(ids, at::kLong).to(device);
    batch.positions = at::tensor(positions, at::kLong).to(device);
    return batch;
}

}  // namespace anabranch::lm
