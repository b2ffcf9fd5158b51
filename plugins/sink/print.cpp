#include <anabranch/node.h>
#include <plugins/common/columns.h>
#include <plugins/sink/nodes.h>
#include <plugins/sink/printable.h>

#include <algorithm>
#include <string>
#include <vector>

namespace anabranch::sink {
namespace {

class Print final : public Node {
  public:
    static Spec spec() {
        return Spec("sink.print", "Prints rows of what it gets, for a person who watches the run.")
            .input("in", "", "any output of any node")
            .parameter("columns", std::vector<std::string>{}, "the columns to print, in this order; empty: all")
            .parameter("rows", 2, "rows printed of a packet, from its first on", at_least(1))
            .parameter("every", 1, "print the first packet and then every n-th", at_least(1))
            .parameter("width", 160, "characters of a value before it is cut; 0: never cut", at_least(0))
            .parameter("title", "", "a word in front of \"packet 3, row 0\", to tell several of these nodes apart")
            .example("look: {type: sink.print, in: rollout, columns: [prompt, response], rows: 1, every: 10}");
    }
    explicit Print(const Parameters& p)
        : columns_(p.get<std::vector<std::string>>("columns")),
          rows_(p.get<std::int64_t>("rows")),
          every_(p.get<std::uint64_t>("every")),
          width_(p.get<std::size_t>("width")),
          title_(p.get<std::string>("title")) {}

    void process(Call& call) override {
        if (call.sequence() % every_ != 0) return;
        const Packet packet = select_columns(call.in(), columns_);
        std::size_t name_width = 0;
        for (const auto& [name, column] : packet.columns()) name_width = std::max(name_width, count_characters(name));
        for (std::int64_t row = 0; row < std::min(packet.rows(), rows_); ++row) {
            call.print(cat(title_, title_.empty() ? "" : " ", "packet ", call.sequence(), ", row ", row));
            for (const auto& [name, column] : packet.columns()) {
                const std::string padding(name_width - count_characters(name), ' ');
                call.print(cat("  ", name, padding, "  ", printable_cell(column, row, width_)));
            }
        }
        if (packet.rows() == 0)
            call.print(cat(title_, title_.empty() ? "" : " ", "packet ", call.sequence(), ": no rows"));
    }

  private:
    std::vector<std::string> columns_;
    std::int64_t rows_;
    std::uint64_t every_;
    std::size_t width_;
    std::string title_;
};

}  // namespace

void add_print(Registry& registry) {
    registry.add<Print>();
}

}  // namespace anabranch::sink
