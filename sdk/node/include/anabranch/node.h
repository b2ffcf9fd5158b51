#pragma once

#include <anabranch/call.h>
#include <anabranch/error.h>
#include <anabranch/plugin.h>
#include <anabranch/spec.h>
#include <anabranch/state.h>

namespace anabranch {

/// A step of a pipeline. A node type is a class with `static Spec spec()` and a constructor from `const Parameters&`.
///
/// The engine makes it once per graph node, before any packet flows. `process` runs on a worker thread, for one packet
/// at a time and in order, unless the spec says `parallel()`. An exception that leaves it stops the run and is reported
/// with the node, its plugin, its line in the graph and the packet's sequence number.
///
/// Outputs declared with `*` get the first input's columns before `process` runs; it adds or replaces columns.
class Node {
  public:
    virtual ~Node() = default;

    /// Takes `call.in(...)`, gives `call.out(...)` (exactly one packet a port) or, if the spec says `regroups()`,
    /// any number by `call.emit(...)`. A source gives the next packet, or calls `call.end_of_stream()`.
    virtual void process(Call& call) = 0;
    /// After the last packet: a node that regroups gives what it still holds, by `call.emit(...)`.
    virtual void flush(Call& call) { static_cast<void>(call); }
    /// Everything that later calls depend on besides their inputs and resources: cursors, buffers, optimisers, running
    /// moments. Called between calls. `load_state` gets what an earlier run saved, before the first call; the node must
    /// then go on as if it had made the earlier calls itself, bit for bit. Who overrides one overrides both.
    virtual void save_state(State& state) const { static_cast<void>(state); }
    virtual void load_state(const State& state) { static_cast<void>(state); }
    /// Once, after everything, also when the run failed: finish files. Must not wait for other nodes.
    virtual void close() {}
};

}  // namespace anabranch
