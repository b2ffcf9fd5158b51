// Bytes a second of the tokenizer, on one thread, over documents of 2,000 bytes: `tokenizer_bench [MODEL.gguf [TEXT]]`.
// Without arguments: the SmolLM2 model in graphs/models and the sample posts in graphs/data.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "anabranch/error.h"
#include "anabranch/lm/tokenizer/from_gguf.h"

namespace {

using anabranch::lm::GgufFile;
using anabranch::lm::Tokenizer;

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file.is_open() || text.str().empty()) throw anabranch::Error(path.string() + ": cannot be read");
    return std::move(text).str();
}

// Pieces of about 2,000 bytes that do not cut a character.
std::vector<std::string_view> documents_of(std::string_view text) {
    std::vector<std::string_view> documents;
    while (!text.empty()) {
        std::size_t size = std::min<std::size_t>(2000, text.size());
        while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
        documents.push_back(text.substr(0, size));
        text.remove_prefix(size);
    }
    return documents;
}

void encode(benchmark::State& state, const Tokenizer& tokenizer, std::string_view text) {
    const auto documents = documents_of(text);
    std::size_t tokens = 0;
    for (auto _ : state) {
        tokens = 0;
        for (const std::string_view document : documents) tokens += tokenizer.encode(document).size();
        benchmark::DoNotOptimize(tokens);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
    state.counters["tokens"] = static_cast<double>(tokens);
}

void decode(benchmark::State& state, const Tokenizer& tokenizer, std::string_view text) {
    const auto ids = tokenizer.encode(text);
    for (auto _ : state) benchmark::DoNotOptimize(tokenizer.decode(ids));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void load(benchmark::State& state, const GgufFile& file) {
    for (auto _ : state) benchmark::DoNotOptimize(anabranch::lm::tokenizer_from_gguf(file));
}

}  // namespace

int main(int argc, char** argv) try {
    benchmark::Initialize(&argc, argv);
    const std::filesystem::path source = ANABRANCH_SOURCE_DIRECTORY;
    const GgufFile file(argc > 1 ? argv[1] : source / "graphs/models/SmolLM2-135M-Instruct.Q4_1.gguf");
    const std::string text = content(argc > 2 ? argv[2] : source / "graphs/data/Posts.xml");
    const auto tokenizer = anabranch::lm::tokenizer_from_gguf(file);
    benchmark::RegisterBenchmark("encode", [&](benchmark::State& state) { encode(state, *tokenizer, text); });
    benchmark::RegisterBenchmark("decode", [&](benchmark::State& state) { decode(state, *tokenizer, text); });
    benchmark::RegisterBenchmark("load", [&](benchmark::State& state) {
        load(state, file);
    })->Unit(benchmark::kMillisecond);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
} catch (const anabranch::Error& error) {
    std::cerr << "tokenizer_bench: " << error.what() << '\n';
    return 1;
}
