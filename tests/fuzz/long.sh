#!/usr/bin/env bash
# Half an hour for each fuzz target, as in docs/fuzzing.md.
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh" 1800
