#include <anabranch/json_text.h>
#include <anabranch/node.h>
#include <plugins/common/columns.h>
#include <plugins/sink/line_file.h>
#include <plugins/sink/nodes.h>

#include <optional>
#include <string>
#include <vector>

namespace anabranch::sink {
namespace {

/// `packet` behind two columns that say where each row comes from.
Packet numbered(const Packet& packet, std::uint64_t sequence) {
    if (packet.find("packet") != nullptr || packet.find("row") != nullptr) {
        throw Error(
            "numbers: true adds columns 'packet' and 'row', and what the node gets has one of them already; "
            "set numbers: false, or name the columns to write in 'columns'");
    }
    const auto rows = static_cast<std::size_t>(packet.rows());
    std::vector<std::int64_t> number(rows);
    for (std::size_t i = 0; i < rows; ++i) number[i] = static_cast<std::int64_t>(i);
    PacketBuilder builder;
    builder.set("packet", std::vector<std::int64_t>(rows, static_cast<std::int64_t>(sequence)));
    builder.set("row", std::move(number));
    builder.pass(packet);
    return std::move(builder).build();
}

class Jsonl final : public Node {
  public:
    static Spec spec() {
        return Spec("sink.jsonl", "Writes every row of what it gets as one line of JSON.")
            .input("in", "", "any output of any node")
            .required("path", ParameterKind::path,
                      "the file; relative to the graph's folder. While the run goes on the lines are in PATH.partial, "
                      "each packet's as soon as it is done; at the end the file gets its name and replaces an earlier "
                      "one. A run without a packet leaves no file.")
            .parameter("columns", std::vector<std::string>{}, "the columns to write, in this order; empty: all")
            .parameter("numbers", false, "begin each line with \"packet\" (from 0) and \"row\" in that packet (from 0)")
            .example("answers: {type: sink.jsonl, in: rollout, path: answers.jsonl, columns: [prompt, response]}");
    }
    explicit Jsonl(const Parameters& p)
        : path_(p.get<std::string>("path")),
          columns_(p.get<std::vector<std::string>>("columns")),
          numbers_(p.get<bool>("numbers")) {
        if (path_.empty()) throw Error("path is empty; expected the name of a file");
    }

    void process(Call& call) override {
        const Packet chosen = select_columns(call.in(), columns_);
        const Packet packet = numbers_ ? numbered(chosen, call.sequence()) : chosen;
        std::string lines;
        for (std::int64_t row = 0; row < packet.rows(); ++row) lines += json_row(packet, row) + "\n";
        if (!file_) file_.emplace(path_);
        file_->append(lines);
    }
    void save_state(State& state) const override {
        if (file_) state.set("bytes", file_->sync());
    }
    void load_state(const State& state) override {
        if (state.has("bytes")) file_.emplace(path_, state.integer("bytes"));
    }
    void close() override {
        if (file_) file_->finish();
        file_.reset();
    }

  private:
    std::string path_;
    std::vector<std::string> columns_;
    bool numbers_;
    std::optional<LineFile> file_;
};

}  // namespace

void add_jsonl(Registry& registry) {
    registry.add<Jsonl>();
}

}  // namespace anabranch::sink
