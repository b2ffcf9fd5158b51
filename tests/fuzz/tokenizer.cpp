// tokenizer.json, or tokenizer.model when the target is built as FUZZ_FILE: what it cuts, it joins again to a text.
#include "anabranch/lm/tokenizer/open_tokenizer.h"
#include "input.h"

using namespace anabranch;
using namespace anabranch::lm;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string path = fuzz::Input(data, size).file(FUZZ_FILE);
    fuzz::accepts([&] {
        const auto tokenizer = open_tokenizer(path);
        for (const bool special : {true, false}) {
            fuzz::accepts([&] {
                const auto ids =
                    tokenizer->encode("Where is  it?\n\n1,234 caf\u00e9s \U0001F600<s><|im_end|>", special);
                static_cast<void>(tokenizer->decode(ids));
            });
        }
        fuzz::accepts([&] { static_cast<void>(tokenizer->encode("\xC3", false)); });
    });
    return 0;
}
