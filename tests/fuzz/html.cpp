// Posts are HTML inside of XML, where a fuzzer hardly gets: every text becomes Markdown, in linear time.
#include "anabranch/lm/text/html_markdown.h"
#include "input.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const anabranch::fuzz::Input input(data, size);
    static_cast<void>(anabranch::lm::html_to_markdown(input.text()));
    static_cast<void>(anabranch::lm::html_to_markdown(input.text(), {.escape = false}));
    return 0;
}
