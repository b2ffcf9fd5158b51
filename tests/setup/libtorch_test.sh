#!/usr/bin/env bash
# What .ci/setup says and does about libtorch.
set -euo pipefail
# shellcheck source=tests/setup/harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

wheel=.venv/lib/python3.11/site-packages/torch

test_it_is_installed_once() {
    setup
    succeeds
    says "installing libtorch (torch=="
    there "$wheel/share/cmake/Torch/TorchConfig.cmake"
    setup
    succeeds
    is_silent
}

test_the_users_own_is_used_instead() {
    mkdir -p "$machine/libtorch/share/cmake/Torch"
    touch "$machine/libtorch/share/cmake/Torch/TorchConfig.cmake"
    local variable
    for variable in CMAKE_PREFIX_PATH="/elsewhere:$machine/libtorch" CMAKE_PREFIX_PATH="$machine/libtorch/share/cmake" \
        Torch_ROOT="$machine/libtorch" Torch_DIR="$machine/libtorch/share/cmake/Torch"; do
        setup "$variable"
        succeeds
        gone .venv
    done
}

test_a_damaged_environment_is_made_anew() {
    setup
    rm "$project/$wheel/lib/libtorch_cpu.so"
    setup
    succeeds
    says "installing libtorch"
    there "$wheel/lib/libtorch_cpu.so"
}

test_an_interrupted_environment_is_made_anew() {
    setup
    rm "$project/.venv/.setup-done"
    touch "$project/.venv/left-over"
    setup
    succeeds
    says "installing libtorch"
    gone .venv/left-over
}

test_another_pin_is_installed() {
    setup
    sed -i 's/^torch==.*/torch==99.0/' "$project/.ci/requirements.txt"
    setup
    succeeds
    says "torch==99.0"
}

test_an_environment_of_the_users_is_kept() {
    mkdir -p "$project/.venv/bin"
    setup
    fails
    says "was not made by this set-up"
    says "Remove or rename it"
    there .venv/bin
}

test_an_environment_made_by_hand_serves() {
    local version
    version=$(sed -n 's/^torch==//p' "$project/.ci/requirements.txt")
    mkdir -p "$project/$wheel/share/cmake/Torch" "$project/$wheel/lib" "$project/$wheel-$version.dist-info"
    touch "$project/$wheel/share/cmake/Torch/TorchConfig.cmake" "$project/$wheel-$version.dist-info/RECORD"
    echo x | tee "$project/$wheel/lib/libtorch_cpu.so" >"$project/$wheel/lib/libc10.so"
    setup
    succeeds
    says_not "libtorch"
}

test_no_network_is_the_cause_and_nothing_is_left() {
    echo "WARNING: Retrying after connection broken by 'NewConnectionError: Failed to establish a new connection'" >"$machine/pip-fails"
    setup
    fails
    says "pip could not install torch=="
    says "cause: the network could not be reached"
    says ".venv/bin/pip install -r .ci/requirements.txt"
    says "CMAKE_PREFIX_PATH=/path/to/libtorch make"
    gone .venv
}

test_a_full_disk_is_the_cause_and_nothing_is_left() {
    echo "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device" >"$machine/pip-fails"
    setup
    fails
    says "cause: the disk is full"
    gone .venv
}

test_too_little_space_is_seen_before() {
    stub df 'printf "Filesystem 1M Used Available\n/dev/x 9 9 300\n"'
    setup
    fails
    says "needs about 1500 MB"
    says "300 MB are free"
    gone .venv
}

test_an_untrusted_certificate_is_the_cause() {
    echo "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'" >"$machine/pip-fails"
    setup
    fails
    says "PIP_CERT="
}

test_a_python_without_venv_is_named() {
    touch "$machine/no-ensurepip"
    setup
    fails
    says "venv"
    says "- Python 3.10 or newer with venv and ensurepip"
    gone .venv
}

test_a_wheel_for_cuda_needs_the_toolkit() {
    setup STUB_CUDA="'13.0'" CUDA_HOME=/nonexistent
    fails
    says "CUDA toolkit"
    says "PIP_EXTRA_INDEX_URL="
    gone .venv
    stub nvcc ''
    setup STUB_CUDA="'13.0'" CUDA_HOME=/nonexistent
    succeeds
}

run_tests
