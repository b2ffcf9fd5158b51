#pragma once

#include <framework/graph/codes.h>

#include <array>

namespace anabranch::framework {

/// What `anabranch explain` and the documentation say about each code.
inline constexpr std::array code_texts{
    CodeText{Code::unreadable_file, Severity::error, "the graph file cannot be read",
             R"(The file does not exist, is a folder, or may not be read. Paths are relative to the folder in which
`anabranch` was started.)"},
    CodeText{Code::invalid_yaml, Severity::error, "the file is not YAML",
             R"(The YAML parser stopped at this place. What is wrong often stands on the line before: a missing colon, a
bracket or quote left open, or a line indented by tabs or by a different number of blanks than its neighbours.

Graphs use plain YAML: text keys, no tags, no control characters. Quote a text that begins with one of
`* & ! % @ { [ | >` or holds `: ` or ` #`.)"},
    CodeText{Code::duplicate_key, Severity::error, "a key stands twice in one map",
             R"(YAML would let the later one win in silence. Remove one of them, or give the second node another name.

Keys that come from a merge (`<<: *defaults`) may be written again: the map's own value wins.)"},
    CodeText{
        Code::over_limit, Severity::error, "the file is larger than any graph",
        R"(A graph file has at most 1 MiB, 32 levels and 20000 values, where an alias counts as all that it stands for.
A file beyond that is a mistake, or was made to exhaust memory.)"},
    CodeText{
        Code::several_documents, Severity::error, "the file holds several YAML documents",
        R"(A line of `---` or `...` ends a YAML document. One file is one graph: remove the line, or move the rest to a file
of its own.)"},
    CodeText{
        Code::invalid_utf8, Severity::error, "the file is not UTF-8",
        R"(Graph files are UTF-8. Convert the file, for example by `iconv -f latin1 -t utf-8 old.yaml > new.yaml`.)"},
    CodeText{
        Code::unknown_key, Severity::error, "a key that graphs do not have",
        R"(A graph has the keys `name`, `seed`, `steps`, `save`, `headline`, `variables`, `include`, `resources`, `nodes`,
`feedback` and `discard`; a file that is included has all but the first five. A feedback edge has `from`, `to` and
`credits`. Anything else would be ignored, so it is refused.)"},
    CodeText{
        Code::wrong_shape, Severity::error, "a value of the wrong shape",
        R"(The graph language expects another kind of value here: a map, a list, a text, an integer, or a name with at most
one dot.

    name: ppo                                   # text
    seed: 1                                     # integer, at least 0
    headline: [objective/kl]                    # list of metrics
    variables: {words: 60}                      # map of names to values
    include: {judge: {file: rules.yaml}}        # map of prefixes to maps
    steps: 100                                  # integer, at least 1
    save: {every: 100, keep: 2}                 # map with every, keep, best: {metric: NAME, mode: min or max}
    resources: {policy: {type: llama.policy}}   # map of names to maps
    nodes: {prompts: {type: text.prompt, in: questions}}
    feedback: [{from: update.step, to: prompts, credits: 1}]
    discard: [update.step])"},
    CodeText{Code::missing_key, Severity::error, "a key is missing",
             R"(A graph needs `nodes`; a node and a resource need `type`; a feedback edge needs `from` and `to`.)"},
    CodeText{
        Code::invalid_name, Severity::error, "a name that cannot be used",
        R"(Names of nodes, resources and inputs are made of the letters a to z and A to Z, digits, `_` and `-`, and begin with
a letter or `_`. A dot would stand between a node and its output.)"},
    CodeText{Code::unknown_override, Severity::error, "--set names a place that does not exist",
             R"(`--set nodes.rollout.max_new_tokens=64` walks down the graph by keys, and into lists by numbers from 0
(`feedback.0.credits=2`). The node or resource must be in the file; its parameters need not be written there. A value in
braces replaces all that stood there: `--set 'nodes.reward={type: reward.length, in: rollout}'`.)"},
    CodeText{Code::unknown_variable, Severity::error, "there is no such variable",
             R"(`$NAME` as a whole value, and `${NAME}` anywhere in a text, stand for a variable of the same file:

    variables: {words: 60}
    nodes: {brevity: {type: reward.length, in: rollout, words: $words}}

An include can give a value only to variables that the included file declares. A text that shall begin with a dollar sign
and a name is written `$$NAME`, and `$${` gives `${`.)"},
    CodeText{
        Code::unused_variable, Severity::warning, "a variable is not used",
        R"(Nothing in the file names it, so that setting it would change nothing. Often the value is written out where
`$NAME` should stand.)"},
    CodeText{
        Code::missing_variable, Severity::error, "a variable has no value",
        R"(A variable without a default (`variables: {texts: }`) gets its value from the graph that includes the file
(`include: {judge: {file: rules.yaml, texts: rollout}}`), or by `--set variables.texts=rollout`.)"},
    CodeText{
        Code::invalid_variable, Severity::error, "a variable that does not fit its place",
        R"(`$NAME` as a whole value may stand for anything: a number, a list, a map. Within a longer text it is written
`${NAME}` and must be a text, a number or a boolean.)"},
    CodeText{
        Code::include_cycle, Severity::error, "a file includes itself",
        R"(Each include takes in a file, and all that this file includes. Here they go in a circle, which would never end.)"},
    CodeText{
        Code::unknown_node_type, Severity::error, "no plugin has this node type",
        R"(`anabranch list` shows the node types of all plugins that were found. A plugin is found in a folder given by
`--plugins`, in `$ANABRANCH_PLUGIN_PATH`, or in `lib/anabranch/plugins` beside the program's `bin`.)"},
    CodeText{
        Code::unknown_resource_type, Severity::error, "no plugin has this resource type",
        R"(`anabranch list` shows the resource types of all plugins that were found. A plugin is found in a folder given by
`--plugins`, in `$ANABRANCH_PLUGIN_PATH`, or in `lib/anabranch/plugins` beside the program's `bin`.)"},
    CodeText{
        Code::unknown_parameter, Severity::error, "the type has no such parameter",
        R"(A node or resource takes the parameters and resources that its type declares: `anabranch inspect TYPE` shows them
with their defaults. A misspelt parameter would run with its default unnoticed, so it is refused.)"},
    CodeText{
        Code::missing_parameter, Severity::error, "a required parameter is missing",
        R"(The parameter has no default that could be right for everyone. `anabranch inspect TYPE` shows what it means.)"},
    CodeText{
        Code::invalid_parameter, Severity::error, "a parameter has a wrong value",
        R"(The value is of another kind than the type declares, or out of range. A text in quotes is never a number:
`steps: "3"` is a text. Numbers are written 3, 0.5 or 1e-5, booleans `true` and `false`, lists `[1, 2]`, maps `{a: 1}`.)"},
    CodeText{
        Code::conflicting_parameters, Severity::error, "parameters do not fit each other",
        R"(Each parameter is right on its own, and the type says that together they are not. The message is the type's own.)"},
    CodeText{
        Code::unknown_graph, Severity::error, "`made:` names a graph that did not run before",
        R"(`made:GRAPH/RESOURCE` in a path stands for the folder in which the run of another graph saved a resource, such as
`adapter: made:sft/policy`. GRAPH is the graph's `name`. There are two ways to say which run is meant:

- a chain: `anabranch run sft.yaml ppo.yaml --out runs/both` runs one after the other, and a graph may name those
  before it;
- an earlier run: `anabranch run ppo.yaml --made sft=runs/both/sft`.)"},
    CodeText{
        Code::not_saved, Severity::error, "`made:` names something that the graph does not save",
        R"(At its end a run saves the resources that its nodes write (a policy that is trained), each under its name. What
`made:GRAPH/RESOURCE` names must be one of them; a file in its folder may follow: `made:reward/judge/head.safetensors`.
`made:GRAPH/best/RESOURCE` is that of the best checkpoint, which a run has whose graph says `save: {best: ...}`.)"},
    CodeText{
        Code::duplicate_graph, Severity::error, "two graphs of a chain have one name",
        R"(`anabranch run a.yaml b.yaml --out DIR` keeps each run in DIR/NAME, and later graphs name earlier ones by
`made:NAME/RESOURCE`. Give one of the graphs another `name`.)"},
    CodeText{Code::unknown_resource, Severity::error, "there is no such resource",
             R"(Nodes and resources name what they use by its key under `resources`:

    resources:
      policy: {type: llama.policy}
    nodes:
      rollout: {type: policy.generate, in: prompts, policy: policy})"},
    CodeText{
        Code::unknown_view, Severity::error, "the resource has no such view",
        R"(`RESOURCE.VIEW` names a part of a resource that never changes, such as `policy.base`, the weights with the adapter
off. `anabranch inspect TYPE` shows the views that a resource type has.)"},
    CodeText{
        Code::missing_capability, Severity::error, "the resource cannot do what the node asks for",
        R"(A node asks for capabilities (`causal_lm`, `value_head`, `tokenizer`), and resource types offer them, some only with
certain parameters. `anabranch inspect TYPE` shows both sides. Often a model lacks a head that a parameter would add.)"},
    CodeText{Code::missing_resource, Severity::error, "a resource is not named",
             R"(The type works on a resource, and the graph must say on which: `policy: NAME`, with NAME a key under
`resources`.)"},
    CodeText{
        Code::resource_cycle, Severity::error, "resources are made from each other in a circle",
        R"(A resource that uses another one is made after it, so none of these could be made first. One of the references in
the circle is wrong.)"},
    CodeText{
        Code::two_writers, Severity::error, "two nodes write one resource",
        R"(The result would depend on which comes first. Let one node do the writing, or give the second a resource of its
own.)"},
    CodeText{
        Code::written_view, Severity::error, "a node writes a view of a resource",
        R"(Views never change, which is why they can be read without waiting. Give the node the resource itself.)"},
    CodeText{
        Code::unordered_read, Severity::error, "a resource is read and written in no order",
        R"(One node changes the resource while another reads it, and no path of the graph says which version the reader gets:
results would depend on timing. There are two ways to mend it:

- the reader takes something from the writer, directly or through other nodes: it sees what the writer just wrote;
- a feedback edge leads from the writer, or from a node after it, to the reader, or to a node before it. With
  `credits: n` the reader of packet i sees what was written for packet i - n.

A view (`policy.base`) never changes and may be read at any time.)"},
    CodeText{
        Code::read_on_other_clock, Severity::error, "a resource is read on another clock than it is written on",
        R"(The reader of packet i must see the version written for some packet i - n of the same stream. Here a node between
the two gives more or fewer packets than it takes, so that their packets do not correspond. Let both work before, or both
after, the node that regroups.)"},
    CodeText{Code::unused_resource, Severity::warning, "a resource is not used",
             R"(No node and no other resource names it. It will be loaded all the same, which costs time and memory.)"},
    CodeText{
        Code::unknown_input, Severity::error, "the node has no such input",
        R"(`in: X` gives a node its only input, or the one named `in`. With several, name them: `in: {rollout: rollout, scores:
scores}`; the keys are the node's inputs, as `anabranch inspect TYPE` shows them. A source takes no input.)"},
    CodeText{
        Code::missing_input, Severity::error, "an input gets nothing",
        R"(Every input of a node needs packets from some output: `in: {NAME: NODE}` or `in: {NAME: NODE.OUTPUT}`.)"},
    CodeText{Code::unknown_node, Severity::error, "there is no such node",
             R"(Inputs, feedback edges and discards name nodes by their keys under `nodes`.)"},
    CodeText{
        Code::unknown_output, Severity::error, "the node has no such output",
        R"(`NODE.OUTPUT` names an output; `NODE` alone means its only output, or the one named `out`. `anabranch inspect TYPE`
shows the outputs of a type.)"},
    CodeText{Code::nothing_to_do, Severity::error, "the graph has no nodes",
             R"(A graph needs at least a source and what becomes of its packets. The folder `graphs` has examples.)"},
    CodeText{
        Code::no_source, Severity::error, "no node is a source",
        R"(Packets begin at nodes that take no input, such as `data.jsonl`. Without one, every node would wait forever.)"},
    CodeText{
        Code::cycle, Severity::error, "a cycle without credits",
        R"(Each of these nodes waits for another of them, so none could ever begin. A loop is closed by a feedback edge, which
says how many packets may be under way in it:

    feedback:
      - {from: update.step, to: prompts, credits: 1}    # the next prompts wait for the update

With `credits: 1` training is strictly on-policy; with 2 the next roll-out runs beside the update, one step off-policy.)"},
    CodeText{
        Code::unused_output, Severity::error, "an output is not used",
        R"(Nothing takes these packets. That is often a misspelt input elsewhere. When they are really not wanted, say so:

    discard: [update.step]

or connect the output to a sink, such as `sink.jsonl`, to look at it.)"},
    CodeText{Code::discarded_and_used, Severity::error, "an output is discarded and used, or twice",
             R"(Remove it from `discard`.)"},
    CodeText{
        Code::invalid_credits, Severity::error, "credits out of range",
        R"(The credits of a feedback edge say how many packets may be under way in its loop: at least 1, or nothing could ever
start. They bound memory, so they are at most a million.)"},
    CodeText{
        Code::feedback_across_clocks, Severity::error, "a feedback edge joins two clocks",
        R"(Call i of the node at `to` waits for packet i - credits of `from`. That has a meaning only when both count the same
packets: when they follow the same source, with the same regrouping nodes on the way.)"},
    CodeText{
        Code::idle_feedback, Severity::warning, "a feedback edge that changes nothing",
        R"(The node at `to` waits for the node at `from` in any case, through its inputs. Most likely `from` and `to` are
swapped.)"},
    CodeText{
        Code::side_input_cycle, Severity::error, "a cycle through a side input",
        R"(A side input is there, whole, before its node's first packet. Here its stream is made of packets that come out of
that very node, so neither could begin. Feedback would not help: take the side input from a source of its own.)"},
    CodeText{
        Code::side_stream_waits, Severity::error, "a side stream that cannot end",
        R"(A side input waits for the end of its stream, and until then its node takes no packet. The stream must therefore
come from a source of its own: a source that also feeds the node, or anything that goes on only after the node, would
be held up by it, since a source has few packets under way at once. Two such parts of a graph that wait for each
other's end hold each other up in the same way.

    nodes:
      rows: {type: data.jsonl, path: train.jsonl}
      held_out: {type: data.jsonl, path: evaluation.jsonl}
      update: {type: sft.update, in: {in: rows, evaluation: held_out}, policy: policy})"},
    CodeText{
        Code::two_clocks, Severity::error, "a node joins two clocks",
        R"(A node with several inputs takes packet i of each. Every source starts a clock of its own, and so does every node
that gives more or fewer packets than it takes (a packer, batcher, filter): packets of different clocks do not belong
together. Let both inputs come from one source, with the same regrouping nodes on the way.)"},
    CodeText{
        Code::endless_side_stream, Severity::error, "a side stream without an end",
        R"(A side input takes all of its stream before its node begins, and this source never ends: with `repeat: true` it
begins again and again. `steps` does not limit side streams. Leave out `repeat`; a source's `take` limits its rows.)"},
    CodeText{
        Code::endless_run, Severity::error, "a run without an end",
        R"(A source that never ends (with `repeat: true` it begins again and again) needs to be told how many packets it gives,
or the run would never come to its end, where results are saved. Give the graph `steps`, or leave out `repeat`.

    steps: 100
    nodes:
      rows: {type: data.jsonl, path: train.jsonl, repeat: true})"},
    CodeText{
        Code::missing_column, Severity::error, "a column is missing",
        R"(Packets are tables of named columns. The input asks for one that its producer does not give; `anabranch inspect TYPE`
shows the columns of both sides. An output declared with `*` passes on what the node's first input had; other nodes drop
the columns that they do not declare.)"},
    CodeText{
        Code::wrong_column, Severity::error, "a column is of another type",
        R"(The column is there, with other elements (`f32` for `i64`), another number of dimensions, or ragged (`~T`) where it
must not be. A node in between can convert it, or another column is meant.)"},
    CodeText{
        Code::wrong_dimension, Severity::error, "columns that do not belong together",
        R"(A node's ports name lengths by symbols: in `rollout: tokens: i64[B,~T]` and `scores: score: f32[B]` both have `B` rows,
so both must come from the same rows. Here they do not: rows or ragged lengths were made by different nodes. Take both
columns from one packet, or from packets that were made from one another.)"},
    CodeText{
        Code::nothing_to_save, Severity::error, "`save` without anything to save",
        R"(`save` keeps the resources that nodes write, and no node of this graph writes one. Models that are only read are
not saved: they are where they were loaded from.)"},
    CodeText{
        Code::save_across_clocks, Severity::error, "`save` counts the steps of two clocks",
        R"(A checkpoint holds all written resources as they were after one step. Here nodes that write them follow different
clocks, so that there is no such step. Let both train on one stream, or in two graphs that run one after the other.)"},
};

}  // namespace anabranch::framework
