#include <anabranch/json_text.h>
#include <anabranch/node.h>
#include <plugins/common/columns.h>
#include <plugins/reward/home_thread.h>
#include <plugins/reward/nodes.h>
#include <plugins/reward/scorers.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace anabranch::reward {
namespace {

/// `response` is short for `response: str[B]`.
std::string column_types(const Parameters& p) {
    std::string types;
    for (const auto& column : p.get<std::vector<std::string>>("columns")) {
        types += cat(types.empty() ? "" : ", ", column, column.find(':') == std::string::npos ? ": str[B]" : "");
    }
    return types;
}

std::vector<std::string> column_names(const PortType& type) {
    std::vector<std::string> names;
    for (const auto& column : type.columns) names.push_back(column.name);
    return names;
}

void refine(const Parameters& p, Spec& spec) {
    const auto command = p.get<std::vector<std::string>>("command");
    if (command.empty() || command.front().empty())
        throw Error("command is empty, expected a program and its arguments: [python3, score.py]");
    const std::string types = column_types(p);
    if (types.empty()) throw Error("columns is empty, expected what the program gets of each row: [response]");
    if (PortType::parse(types).find("id") != nullptr)
        throw Error("columns has an 'id', which is the row's number here; give the column another name before");
    spec.input("in", types);
}

ScorersOptions scorers_options(const Parameters& p) {
    return {.command = {p.get<std::vector<std::string>>("command"), p.get<std::string>("folder")},
            .processes = p.get<std::size_t>("processes"),
            .timeout = std::chrono::duration<double>(p.get<double>("timeout")),
            .restarts = p.get<std::size_t>("restarts")};
}

class Process final : public Node {
  public:
    static Spec spec() {
        Spec spec("reward.process",
                  "Scores rows by a program of your own, in any language: it reads a line of JSON for each row and "
                  "writes a line with the score.");
        spec.input("in", "response: str[B]", "the rows; columns as `columns` names them")
            .output("out", "*, score: f32[B]", "what came in, and the program's scores")
            .required(
                "command", ParameterKind::texts,
                "the program and its arguments, without a shell. For each row it gets a line such as "
                "{\"id\": 0, \"response\": \"...\"}, with the row's number in its packet, and answers in the same "
                "order with a line, 0.5 or {\"score\": 0.5}, which it must flush. It ends when its input does.")
            .optional("folder", ParameterKind::path, "where it runs; default: the graph's folder")
            .parameter("columns", std::vector<std::string>{"response"},
                       "what it gets of each row: texts by their names, others with their types, such as "
                       "\"length: i64[B]\"")
            .parameter("processes", 1, "how many run side by side; row i goes to process i modulo their number",
                       between(1, 1024))
            .parameter("timeout", 60.0, "seconds that a process may take until its next answer", between(0.001, 1e6))
            .parameter("restarts", 0,
                       "how often in the run a process that ended, took too long or wrote something else is started "
                       "and asked again, which is printed; then the run fails",
                       at_least(0))
            .refine(refine)
            .example("polite: {type: reward.process, in: rollout, command: [python3, polite.py], processes: 2}");
        // A default that is a path: the folder of the graph in which it is left out.
        const auto folder = std::ranges::find(spec.parameters, "folder", &ParameterSpec::name);
        folder->standard = std::string(".");
        return spec;
    }
    explicit Process(const Parameters& p) : columns_(column_names(PortType::parse(column_types(p)))) {
        const ScorersOptions options = scorers_options(p);
        home_.run([&] { scorers_.emplace(options); });
    }
    ~Process() override {
        home_.run([this] { scorers_.reset(); });
    }

    void process(Call& call) override {
        const std::vector<std::string> lines = lines_of(call.in());
        std::vector<float> scores;
        home_.run([&] {
            scores = scorers_->score(lines, [&](const std::string& what) {
                call.print(cat("reward.process, packet ", call.sequence(), ": ", what));
            });
        });
        call.out().set("score", std::move(scores));
    }
    void close() override {
        home_.run([this] { scorers_->close(); });
    }

  private:
    [[nodiscard]] std::vector<std::string> lines_of(const Packet& in) const {
        PacketBuilder builder;
        std::vector<std::int64_t> ids(static_cast<std::size_t>(in.rows()));
        for (std::size_t row = 0; row < ids.size(); ++row) ids[row] = static_cast<std::int64_t>(row);
        builder.set("id", std::move(ids));
        builder.pass(select_columns(in, columns_));
        const Packet packet = std::move(builder).build();
        std::vector<std::string> lines;
        for (std::int64_t row = 0; row < packet.rows(); ++row) lines.push_back(json_row(packet, row));
        return lines;
    }

    std::vector<std::string> columns_;
    HomeThread home_;
    std::optional<Scorers> scorers_;
};

}  // namespace

void add_process(Registry& registry) {
    registry.add<Process>();
}

}  // namespace anabranch::reward
