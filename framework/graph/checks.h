#pragma once

#include <framework/graph/diagnostic.h>
#include <framework/graph/draft.h>
#include <framework/graph/expand.h>
#include <framework/graph/made.h>
#include <framework/graph/tree.h>
#include <framework/host/host.h>

#include <string>

namespace anabranch::framework {

// One step of the check each, in this order. Every step reports what it finds and goes on with what is left.

/// The shape of the file. The draft points into `tree`.
[[nodiscard]] DraftGraph read_draft(const Tree& tree, const std::string& default_name, Diagnostics& diagnostics);
/// Types, parameters, and which of a node's keys name resources.
void check_types(DraftGraph& graph, const Host& host, const Origin& origin, const Made& made, Diagnostics& diagnostics);
/// References to resources, their views and capabilities, cycles, two writers.
void check_resources(DraftGraph& graph, Diagnostics& diagnostics);
/// References to nodes and their ports: inputs, feedback edges, discards.
void check_inputs(DraftGraph& graph, Diagnostics& diagnostics);
/// Sources, cycles, unused outputs.
void check_topology(DraftGraph& graph, Diagnostics& diagnostics);
void check_clocks(DraftGraph& graph, Diagnostics& diagnostics);
/// That the stream of each side input ends before anything waits for it, and that the run ends.
void check_side_inputs(const DraftGraph& graph, Diagnostics& diagnostics);
void check_columns(const DraftGraph& graph, Diagnostics& diagnostics);
/// Which version of a written resource each reader sees.
void check_versions(DraftGraph& graph, Diagnostics& diagnostics);

/// The plan of a draft that passed the checks.
[[nodiscard]] Plan make_plan(const DraftGraph& graph);
/// The plan as a graph file that says everything: defaults, absolute paths.
[[nodiscard]] std::string resolved_text(const DraftGraph& graph);

}  // namespace anabranch::framework
