// GGUF files: metadata of every type, tensors, their numbers, and the tokenizer that they carry.
#include "anabranch/lm/checkpoint/gguf.h"

#include <vector>

#include "anabranch/lm/checkpoint/dequantise.h"
#include "anabranch/lm/tokenizer/from_gguf.h"
#include "input.h"

using namespace anabranch;
using namespace anabranch::lm;

namespace {

template <typename Value>
void get(const GgufFile& file, const std::string& key) {
    fuzz::accepts([&] { static_cast<void>(file.get<Value>(key)); });
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::Input input(data, size);
    fuzz::accepts([&] {
        const GgufFile file("model.gguf", input.bytes());
        for (const auto& [key, value] : file.metadata()) {
            get<std::string>(file, key);
            get<std::uint64_t>(file, key);
            get<float>(file, key);
            get<bool>(file, key);
            get<std::vector<std::string>>(file, key);
            get<std::vector<std::int64_t>>(file, key);
            get<std::vector<float>>(file, key);
        }
        for (const auto& tensor : file.tensors()) {
            fuzz::accepts([&] {
                std::vector<float> numbers(tensor.element_count());
                dequantise(tensor, numbers);
            });
        }
        fuzz::accepts([&] {
            const auto tokenizer = tokenizer_from_gguf(file);
            const auto ids = tokenizer->encode("Where is it?\n\n1,234 caf\u00e9s", false);
            static_cast<void>(tokenizer->decode(ids));
        });
    });
    return 0;
}
