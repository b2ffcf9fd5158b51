#include <anabranch/node.h>
#include <plugins/data/jsonl_columns.h>
#include <plugins/data/nodes.h>
#include <plugins/data/row_stream.h>

#include <memory>
#include <string>
#include <vector>

namespace anabranch::data {
namespace {

using Row = std::vector<lm::JsonlValue>;

std::vector<lm::JsonlColumn> reader_columns(const PortType& type) {
    std::vector<lm::JsonlColumn> columns;
    for (const auto& column : type.columns) columns.push_back(jsonl_column(column));
    return columns;
}

std::string source_name(const Parameters& p) {
    const std::string filters = describe(row_stream_options(p));
    return p.get<std::string>("path") + (filters.empty() ? "" : " (" + filters + ")");
}

class Jsonl final : public Node {
  public:
    static Spec spec() {
        Spec spec("data.jsonl", "Reads rows from a file with one JSON object a line, plain or gzip.");
        spec.output("out", "prompt: str[B]", "the columns named in `columns`, rows in the order of the file")
            .required("path", ParameterKind::path, "the file; relative to the graph's folder")
            .parameter("columns", "prompt: str",
                       "which keys of the objects become columns, and their types: str, bool, i32, i64, f32, f64; "
                       "lists of numbers are i64[~T] or f64[~T]. Other keys are ignored; a missing one is an error.");
        add_row_stream_parameters(spec);
        return spec
            .refine([](const Parameters& p, Spec& refined) {
                refined.output("out", parse_row_columns(p.get<std::string>("columns")).text());
                refine_row_stream(p, refined);
            })
            .example("prompts: {type: data.jsonl, path: data/prompts.jsonl, columns: \"prompt: str\", batch: 16}");
    }
    explicit Jsonl(const Parameters& p)
        : type_(parse_row_columns(p.get<std::string>("columns"))),
          rows_(
              [path = p.get<std::string>("path"), columns = reader_columns(type_)] {
                  return [reader = std::make_shared<lm::JsonlReader>(path, columns)](Row& row) {
                      return reader->next(row);
                  };
              },
              row_stream_options(p), source_name(p)) {}

    void process(Call& call) override {
        const auto rows = rows_.next(call.random());
        if (rows.empty()) return call.end_of_stream();
        for (std::size_t i = 0; i < type_.columns.size(); ++i) {
            call.out().set(type_.columns[i].name, make_column(type_.columns[i], rows, i));
        }
    }
    void save_state(State& state) const override { rows_.save_state(state); }
    void load_state(const State& state) override { rows_.load_state(state); }

  private:
    PortType type_;
    RowStream<Row> rows_;
};

}  // namespace

void add_jsonl(Registry& registry) {
    registry.add<Jsonl>();
}

}  // namespace anabranch::data
