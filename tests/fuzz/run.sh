#!/usr/bin/env bash
# Builds the fuzz targets and runs each for SECONDS, as many at once as there are cores (JOBS=). Usage: tests/fuzz/run.sh SECONDS [TARGET...]
# What a target found goes to build-fuzz/findings, what it learnt stays in build-fuzz/corpus. Exit code 1: there are findings.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec </dev/null

build=build-fuzz
seconds=${1:?usage: tests/fuzz/run.sh SECONDS [TARGET...]}
targets=("${@:2}")
cmake --preset fuzz >/dev/null
((${#targets[@]})) || mapfile -t targets < <(sed -n 's/^build bin\/fuzz\/\([a-z_]*\): .*/\1/p' "$build/build.ninja")
cmake --build "$build" --parallel "${JOBS:-$(nproc)}" --target "${targets[@]/#/fuzz_}"
python3 -B tests/fuzz/seeds.py . "$build/seeds"
mkdir -p "$build/findings" "$build/logs"

# A call may take 10 s and 2 GB; more is a finding too. Files that targets write go to memory where there is such a place.
fuzz() {
    local target=$1 build=$2 seconds=$3
    mkdir -p "$build/corpus/$target"
    rm -f "$build/findings/$target-"*
    [[ ! -w /dev/shm ]] || export TMPDIR=/dev/shm
    "$build/bin/fuzz/$target" "$build/corpus/$target" "$build/seeds/$target" "-max_total_time=$seconds" -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 "-artifact_prefix=$build/findings/$target-" >"$build/logs/$target" 2>&1 || true
}
export -f fuzz
printf '%s\n' "${targets[@]}" | xargs -P "${JOBS:-$(nproc)}" -I{} bash -c 'fuzz "$@"' fuzz {} "$build" "$seconds"

printf '%-16s %12s %8s %8s  %s\n' target executions 'a second' edges findings
code=0
for target in "${targets[@]}"; do
    log=$build/logs/$target
    findings=$(find "$build/findings" -name "$target-*" -printf '%f ')
    executions=$(awk '/number_of_executed_units/ { print $2 }' "$log")
    rate=$(awk '/average_exec_per_sec/ { print $2 }' "$log")
    edges=$(awk '{ for (i = 1; i < NF; ++i) if ($i == "cov:") edges = $(i + 1) } END { print edges }' "$log")
    if [[ -n $findings || ${executions:-0} == 0 ]]; then
        code=1
        findings="${findings:-it did not run}, see $log"
    fi
    printf '%-16s %12s %8s %8s  %s\n' "$target" "${executions:--}" "${rate:--}" "${edges:--}" "${findings:-none}"
done
exit "$code"
