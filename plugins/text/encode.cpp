#include <anabranch/error.h>
#include <plugins/text/encode.h>

namespace anabranch::text {

TooLong parse_too_long(std::string_view name) {
    if (name == "drop") return TooLong::drop;
    if (name == "truncate_left") return TooLong::truncate_left;
    if (name == "truncate_right") return TooLong::truncate_right;
    return TooLong::error;
}

std::optional<std::vector<std::int64_t>> encode(const lm::Tokenizer& tokenizer, std::string_view text,
                                                const EncodeOptions& options) {
    auto ids = tokenizer.encode(text, options.parse_special);
    const bool add_bos = options.add_bos.value_or(tokenizer.add_bos());
    if (add_bos) {
        if (!tokenizer.bos()) throw Error("add_bos: the tokenizer has no BOS token; set add_bos: false");
        ids.insert(ids.begin(), *tokenizer.bos());
    }
    if (!options.max_tokens || ids.size() <= *options.max_tokens) return ids;
    const auto excess = static_cast<std::ptrdiff_t>(ids.size() - *options.max_tokens);
    switch (options.too_long) {
        case TooLong::drop:
            return std::nullopt;
        case TooLong::truncate_left: {
            const auto first = ids.begin() + (add_bos ? 1 : 0);
            ids.erase(first, first + excess);
            return ids;
        }
        case TooLong::truncate_right:
            ids.resize(*options.max_tokens);
            return ids;
        case TooLong::error:
            break;
    }
    throw Error(cat("the text has ", ids.size(), " tokens, max_tokens is ", *options.max_tokens,
                    "; raise it, or set too_long to drop, truncate_left or truncate_right"));
}

}  // namespace anabranch::text
