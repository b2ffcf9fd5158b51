#include <anabranch/error.h>
#include <anabranch/lm/tokenizer/partial_utf8.h>
#include <anabranch/lm/tokenizer/retokenise.h>

namespace anabranch::lm {

std::vector<std::int64_t> retokenise(std::span<const std::int64_t> ids, const Tokenizer& from, const Tokenizer& to,
                                     bool skip_special) {
    auto made = to.encode(replace_invalid_utf8(from.decode(ids, skip_special)));
    const auto bos = to.bos();
    // A BOS that is spelt out in the text is there already.
    if (to.add_bos() && bos && (made.empty() || made.front() != *bos)) made.insert(made.begin(), *bos);
    return made;
}

}  // namespace anabranch::lm
