#pragma once

#include <framework/engine/run.h>

namespace CLI {
class App;
}

namespace anabranch::framework {

/// --overwrite, --engine, --workers, --threads: of every command that runs a plan.
void add_engine_options(CLI::App& command, RunOptions& run);

}  // namespace anabranch::framework
