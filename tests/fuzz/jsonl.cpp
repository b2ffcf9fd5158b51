// JSON lines: rows, and the same rows from a position on; instructions and pairs of published sets.
#include "anabranch/lm/data/jsonl.h"

#include <vector>

#include "anabranch/lm/data/instruction_file.h"
#include "anabranch/lm/data/paired_file.h"
#include "input.h"

using namespace anabranch;
using namespace anabranch::lm;

namespace {

template <typename Reader, typename Row>
void read_all(Reader reader) {
    Row row;
    for (int i = 0; i < 1000 && reader.next(row); ++i) continue;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string path = fuzz::Input(data, size).file("rows.jsonl");
    const std::vector<JsonlColumn> columns{
        {"prompt", JsonlType::string}, {"score", JsonlType::number}, {"ids", JsonlType::integers}};
    for (const auto& column : columns) {
        fuzz::accepts([&] {
            JsonlReader reader(path, {column});
            std::vector<JsonlValue> first;
            std::vector<JsonlValue> row;
            for (int i = 0; i < 1000; ++i) {
                const JsonlPosition before = reader.position();
                if (!reader.next(row)) break;
                JsonlReader other(path, {column});
                other.restore(before);
                fuzz::require(other.next(first) && first == row, "from a position on, the same row");
                fuzz::require(other.position() == reader.position(), "and the same position");
            }
        });
    }
    fuzz::accepts([&] { read_all<InstructionFileReader, Instruction>(InstructionFileReader(path)); });
    fuzz::accepts([&] { read_all<PairedFileReader, PreferencePair>(PairedFileReader(path)); });
    return 0;
}
