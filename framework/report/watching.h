#pragma once

namespace anabranch::framework {

/// What a run writes about itself, beside metrics.jsonl, printed.jsonl and run.json.
struct Watching {
    bool tensorboard = true;  ///< OUT/tensorboard
    bool trace = false;       ///< OUT/trace.json
};

}  // namespace anabranch::framework
