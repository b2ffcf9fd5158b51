#include <anabranch/lm/data/paired_file.h>
#include <anabranch/node.h>
#include <plugins/data/batches.h>
#include <plugins/data/nodes.h>

#include <string>

namespace anabranch::data {
namespace {

using lm::PreferencePair;

lm::PairedFileOptions options_of(const Parameters& p) {
    lm::PairedFileOptions options{.skip_empty = p.get<bool>("skip_empty")};
    const auto format = p.get<std::string>("format");
    if (format == "paired") options.format = lm::PairedFormat::question;
    if (format == "hh-rlhf") options.format = lm::PairedFormat::chosen;
    return options;
}

void put(const std::vector<PreferencePair>& rows, PacketBuilder& out) {
    out.set("question", column(rows, &PreferencePair::question));
    out.set("response_j", column(rows, &PreferencePair::response_j));
    out.set("response_k", column(rows, &PreferencePair::response_k));
}

class Pairs final : public BatchSource {
  public:
    static Spec spec() {
        Spec spec("data.pairs", "Reads pairs of answers, one better than the other, from a published file.");
        spec.output("out", "question: str[B], response_j: str[B], response_k: str[B]",
                    "response_j is the better one; rows in the order of the file")
            .required("path", ParameterKind::path,
                      "a file with an array of objects (JSON) or one object a line (JSONL), either also as gzip; "
                      "relative to the graph's folder")
            .parameter("format", "auto",
                       "which keys the objects have: paired is question, response_j, response_k; hh-rlhf is chosen, "
                       "rejected with whole dialogues, of which question becomes what both begin with, up to and with "
                       "the last \"Assistant:\"; auto: by the first row",
                       one_of({"auto", "paired", "hh-rlhf"}))
            .parameter("skip_empty", false,
                       "leave out pairs with an empty side, and count them in the metric data/skipped_rows; false: "
                       "they are an "
                       "error");
        add_row_stream_parameters(spec);
        return spec.example("pairs: {type: data.pairs, path: data/train.jsonl.gz, batch: 64}");
    }
    explicit Pairs(const Parameters& p)
        : BatchSource(counted_batches<PreferencePair>(
              [path = p.get<std::string>("path"), options = options_of(p)] {
                  return std::make_shared<lm::PairedFileReader>(path, options);
              },
              p, p.get<std::string>("path"), put)) {}
};

}  // namespace

void add_pairs(Registry& registry) {
    registry.add<Pairs>();
}

}  // namespace anabranch::data
