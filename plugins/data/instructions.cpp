#include <anabranch/lm/data/instruction_file.h>
#include <anabranch/node.h>
#include <plugins/data/batches.h>
#include <plugins/data/nodes.h>

#include <string>

namespace anabranch::data {
namespace {

using lm::Instruction;

lm::InstructionFileOptions options_of(const Parameters& p) {
    lm::InstructionFileOptions options{.every_answer = p.get<bool>("every_answer"),
                                       .skip_unusable = p.get<bool>("skip_unusable")};
    const auto format = p.get<std::string>("format");
    if (format == "alpaca") options.format = lm::InstructionFormat::alpaca;
    if (format == "vicuna") options.format = lm::InstructionFormat::sharegpt;
    return options;
}

void put(const std::vector<Instruction>& rows, PacketBuilder& out) {
    std::vector<std::string> conversations;
    for (const auto& row : rows) conversations.push_back(lm::to_json(row.conversation));
    out.set("instruction", column(rows, &Instruction::instruction));
    out.set("input", column(rows, &Instruction::input));
    out.set("output", column(rows, &Instruction::output));
    out.set("conversation", std::move(conversations));
}

class Instructions final : public BatchSource {
  public:
    static Spec spec() {
        Spec spec("data.instructions", "Reads instructions with their answers, or conversations, from a file.");
        spec.output("out", "instruction: str[B], input: str[B], output: str[B], conversation: str[B]",
                    "one answer to learn a row, in the order of the file. Of a conversation, output is its last answer "
                    "and instruction what it answers; conversation holds all turns up to there, as a JSON list of "
                    "{from, value}, for text.prompt.")
            .required("path", ParameterKind::path,
                      "a file with an array of objects (JSON) or one object a line (JSONL), either also as gzip; "
                      "relative to the graph's folder")
            .parameter("format", "auto",
                       "which keys the objects have: alpaca is instruction, input (may be missing), output; vicuna "
                       "(ShareGPT) is conversations, a list of {from, value}; auto: by the first row",
                       one_of({"auto", "alpaca", "vicuna"}))
            .parameter("every_answer", false,
                       "a row for each answer of a conversation, with the turns up to there; false: for the last one")
            .parameter("skip_unusable", false,
                       "leave out rows without an answer or with turns out of order, and count them in the metric "
                       "data/skipped_rows; false: they are an error");
        add_row_stream_parameters(spec);
        return spec.example("examples: {type: data.instructions, path: data/alpaca_data.json, batch: 64}");
    }
    explicit Instructions(const Parameters& p)
        : BatchSource(counted_batches<Instruction>(
              [path = p.get<std::string>("path"), options = options_of(p)] {
                  return std::make_shared<lm::InstructionFileReader>(path, options);
              },
              p, p.get<std::string>("path"), put)) {}
};

}  // namespace

void add_instructions(Registry& registry) {
    registry.add<Instructions>();
}

}  // namespace anabranch::data
