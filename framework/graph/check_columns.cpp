#include <anabranch/error.h>
#include <framework/graph/checks.h>
#include <framework/graph/did_you_mean.h>
#include <framework/graph/dimensions.h>
#include <framework/graph/names.h>

#include <algorithm>
#include <map>

namespace anabranch::framework {
namespace {

/// A column on its way: what its producer declared, and which lengths its dimensions are.
struct FlowColumn {
    ColumnType type;
    std::vector<std::size_t> lengths;
    std::size_t node;  ///< who made it
    std::string port;
};

/// What travels on one output.
struct Flow {
    std::vector<FlowColumn> columns;
    std::size_t rows = unresolved;  ///< the length that all its columns begin with
    bool open = false;              ///< may hold further columns: an upstream node was not understood
};

/// A symbol of a node's spec: the length it stands for, and the first column that said so.
struct Binding {
    std::size_t length = unresolved;
    const FlowColumn* column = nullptr;
};

bool is_number(const std::string& symbol) {
    return symbol.find_first_not_of("0123456789") == std::string::npos;
}

class ColumnCheck {
  public:
    ColumnCheck(const DraftGraph& graph, Diagnostics& diagnostics) : graph_(graph), diagnostics_(diagnostics) {}

    void check() {
        for (const std::size_t i : graph_.node_order) {
            if (graph_.nodes[i].type == nullptr || !graph_.nodes[i].trusted) continue;
            bound_.clear();
            for (const auto& input : graph_.nodes[i].inputs) {
                if (input.side) take(graph_.nodes[i], input);
                if (input.side) bound_.clear();  // lengths within a packet of that stream say nothing of others
            }
            for (const auto& input : graph_.nodes[i].inputs) {
                if (!input.side) take(graph_.nodes[i], input);
            }
            for (const auto& port : graph_.nodes[i].spec.outputs) give(i, port);
        }
    }

  private:
    [[nodiscard]] const Flow* flow_of(const DraftInput& input) const {
        const auto found = flows_.find({input.node, input.output});
        return found == flows_.end() ? nullptr : &found->second;
    }

    static const Port* port_of(const DraftNode& node, const std::string& name) {
        for (const auto* ports : {&node.spec.inputs, &node.spec.side_inputs}) {
            const auto found = std::ranges::find(*ports, name, &Port::name);
            if (found != ports->end()) return &*found;
        }
        return node.spec.any_inputs.empty() ? nullptr : &node.spec.any_inputs.front();
    }

    void take(const DraftNode& node, const DraftInput& input) {
        const Port* port = port_of(node, input.port);
        if (port == nullptr) return;
        const Flow* flow = flow_of(input);
        for (const auto& wanted : port->type.columns) {
            if (flow == nullptr) {
                for (const auto& dimension : wanted.dimensions) bind_unknown(dimension);
                continue;
            }
            const auto given = std::ranges::find(flow->columns, wanted.name,
                                                 [](const FlowColumn& column) { return column.type.name; });
            if (given != flow->columns.end()) {
                fit(node, input, wanted, *given);
            } else {
                for (const auto& dimension : wanted.dimensions) bind_unknown(dimension);
                if (!flow->open) missing(node, input, wanted, *flow);
            }
        }
    }

    void missing(const DraftNode& node, const DraftInput& input, const ColumnType& wanted, const Flow& flow) {
        std::vector<std::string> names;
        for (const auto& column : flow.columns) names.push_back(column.type.name);
        const DraftNode& from = graph_.nodes[input.node];
        diagnostics_
            .report(Code::missing_column, input.from.location,
                    cat("input '", input.port, "' of '", node.name, "' needs the column '", wanted.text(), "', which '",
                        from.name, ".", input.output, "' does not have"))
            .note(from.location, names.empty() ? "it has no columns" : "it has " + enumerate(names))
            .suggest(did_you_mean(wanted.name, names));
    }

    void fit(const DraftNode& node, const DraftInput& input, const ColumnType& wanted, const FlowColumn& given) {
        const bool same_kind =
            wanted.dtype == given.type.dtype &&
            std::ranges::equal(wanted.dimensions, given.type.dimensions, {}, &Dimension::ragged, &Dimension::ragged);
        if (!same_kind) {
            auto& report = diagnostics_.report(Code::wrong_column, input.from.location,
                                               cat("input '", input.port, "' of '", node.name, "' needs the column '",
                                                   wanted.text(), "' and gets '", given.type.text(), "'"));
            tell_maker(report, given);
            for (const auto& dimension : wanted.dimensions) bind_unknown(dimension);
            return;
        }
        for (std::size_t i = 0; i < wanted.dimensions.size(); ++i) {
            bind(node, input, wanted.dimensions[i], given, i);
        }
    }

    void bind_unknown(const Dimension& dimension) {
        bound_.try_emplace(dimension.symbol, Binding{lengths_.make(Dimensions::Kind::unknown)});
    }

    void bind(const DraftNode& node, const DraftInput& input, const Dimension& wanted, const FlowColumn& given,
              std::size_t index) {
        const std::size_t length = given.lengths[index];
        if (is_number(wanted.symbol)) {
            const std::size_t number = lengths_.make(Dimensions::Kind::constant, wanted.symbol);
            if (!lengths_.unify(number, length)) report_number(node, input, wanted, given, index);
            return;
        }
        const auto [binding, added] = bound_.try_emplace(wanted.symbol, Binding{length, &given});
        if (added || lengths_.unify(binding->second.length, length)) return;
        const Binding& first = binding->second;
        auto& report = diagnostics_.report(
            Code::wrong_dimension, input.from.location,
            cat("node '", node.name, "' needs one length ", wanted.symbol, " for ", column_name(*first.column), " and ",
                column_name(given), ", and they have lengths of their own"));
        for (const FlowColumn* column : {first.column, &given}) tell_maker(report, *column);
    }

    void tell_maker(Diagnostic& report, const FlowColumn& column) const {
        const DraftNode& maker = graph_.nodes[column.node];
        report.note(maker.location, cat("'", maker.name, "' makes '", column.type.text(), "'"));
    }

    void report_number(const DraftNode& node, const DraftInput& input, const Dimension& wanted, const FlowColumn& given,
                       std::size_t index) {
        const std::string& value = lengths_.value(given.lengths[index]);
        diagnostics_
            .report(Code::wrong_dimension, input.from.location,
                    cat("node '", node.name, "' needs the length ", wanted.symbol, " as dimension ", index + 1, " of ",
                        column_name(given), ", which has ", value.empty() ? "a length that varies" : value))
            .note(graph_.nodes[given.node].location, given.type.text());
    }

    [[nodiscard]] std::string column_name(const FlowColumn& column) const {
        return cat("'", column.type.name, "' of '", graph_.nodes[column.node].name, "'");
    }

    void give(std::size_t index, const Port& port) {
        const DraftNode& node = graph_.nodes[index];
        Flow flow;
        std::map<std::size_t, std::size_t> renewed;
        if (port.type.passes) pass(node, flow, renewed);
        for (const auto& declared : port.type.columns) {
            FlowColumn column{declared, {}, index, port.name};
            for (std::size_t i = 0; i < declared.dimensions.size(); ++i) {
                column.lengths.push_back(length_of(declared.dimensions[i], i, flow, renewed));
            }
            if (flow.rows == unresolved && !column.lengths.empty()) flow.rows = column.lengths.front();
            std::erase_if(flow.columns, [&](const FlowColumn& passed) { return passed.type.name == declared.name; });
            flow.columns.push_back(std::move(column));
        }
        flows_.insert_or_assign({index, port.name}, std::move(flow));
    }

    /// The columns of the first input. A node that regroups gives rows of its own, so their lengths are new.
    void pass(const DraftNode& node, Flow& flow, std::map<std::size_t, std::size_t>& renewed) {
        const DraftInput* first = nullptr;
        for (const auto& input : node.inputs) {
            if (input.side) continue;
            const bool comes_first = node.spec.inputs.empty() ? first == nullptr || input.port < first->port
                                                              : input.port == node.spec.inputs.front().name;
            if (comes_first) first = &input;
        }
        const Flow* passed = first == nullptr ? nullptr : flow_of(*first);
        if (passed == nullptr) {
            flow.open = true;
            return;
        }
        flow = *passed;
        if (!node.spec.regroups_rows) return;
        const auto renew = [&](std::size_t length) {
            const auto [found, added] = renewed.try_emplace(length, 0);
            if (added) found->second = lengths_.make(Dimensions::Kind::rigid);
            return found->second;
        };
        if (flow.rows != unresolved) flow.rows = renew(flow.rows);
        for (auto& column : flow.columns) {
            for (std::size_t i = 0; i < column.lengths.size(); ++i) {
                if (i == 0 || column.type.dimensions[i].ragged) column.lengths[i] = renew(column.lengths[i]);
            }
        }
    }

    std::size_t length_of(const Dimension& dimension, std::size_t index, const Flow& flow,
                          const std::map<std::size_t, std::size_t>& renewed) {
        const bool rows = index == 0;
        if (rows && flow.rows != unresolved)
            return flow.rows;  // one packet has one number of rows, under whatever symbol
        if (is_number(dimension.symbol)) return lengths_.make(Dimensions::Kind::constant, dimension.symbol);
        if (const auto found = bound_.find(dimension.symbol); found != bound_.end()) {
            const auto anew = renewed.find(found->second.length);
            return anew == renewed.end() ? found->second.length : anew->second;
        }
        const auto kind = rows || dimension.ragged ? Dimensions::Kind::rigid : Dimensions::Kind::flexible;
        const std::size_t length = lengths_.make(kind);
        bound_.emplace(dimension.symbol, Binding{length});
        return length;
    }

    const DraftGraph& graph_;
    Diagnostics& diagnostics_;
    Dimensions lengths_;
    std::map<std::pair<std::size_t, std::string>, Flow> flows_;
    std::map<std::string, Binding> bound_;
};

}  // namespace

void check_columns(const DraftGraph& graph, Diagnostics& diagnostics) {
    ColumnCheck(graph, diagnostics).check();
}

}  // namespace anabranch::framework
