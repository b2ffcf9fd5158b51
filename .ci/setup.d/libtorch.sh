# shellcheck shell=bash
# libtorch: the user's own, or the wheel of requirements.txt in .venv.
# .venv/.setup-begun says that the set-up made this environment, .venv/.setup-done for which requirements it is complete.

provide_libtorch() {
    users_libtorch && return
    libtorch_is_complete && return

    local by_hand=(
        "To provide libtorch by hand, either"
        "  python3 -m venv .venv && .venv/bin/pip install -r .ci/requirements.txt"
        "  (where pip looks: PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, PIP_FIND_LINKS=/folder/with/wheels), or unpack any libtorch of"
        "  version $(torch_version) and name its folder:  CMAKE_PREFIX_PATH=/path/to/libtorch make")
    keep_strangers_environment "${by_hand[@]}"
    local python
    python=$(python_that "import venv, ensurepip") ||
        give_up "no Python 3.10 or newer with the modules venv and ensurepip was found${PYTHON:+ (PYTHON=$PYTHON)}" \
            "On Debian:  apt-get install -y python3-venv    Or name another one:  PYTHON=/path/to/python3 make setup"
    need_space "$root" 1500 "libtorch" "${by_hand[@]}"

    begin libtorch "installing libtorch ($(torch_pin)) in .venv"
    trap remove_unfinished_environment EXIT
    remove_unfinished_environment
    { mkdir -p .venv && touch .venv/.setup-begun; } || give_up "cannot write .venv" "${by_hand[@]}"
    quietly "$python" -m venv .venv || give_up "could not make a virtual environment with $python" "${by_hand[@]}"
    pip_with .venv/bin/python install --no-compile -r .ci/requirements.txt ||
        give_up "pip could not install $(torch_pin) for $("$python" -V) on $(uname -m)" "${by_hand[@]}"
    [[ -n $(wheel_folder) ]] || give_up "the wheel of $(torch_pin) holds no CMake files" "${by_hand[@]}"
    check_cuda_toolkit
    requirements_hash >.venv/.setup-done || give_up "cannot write .venv/.setup-done" "${by_hand[@]}"
    trap - EXIT
    finish
}

torch_pin() { grep '^torch==' .ci/requirements.txt; }
torch_version() { torch_pin | sed 's/.*==//'; }
requirements_hash() { grep -v '^#' .ci/requirements.txt | sha256sum | cut -d ' ' -f 1; }

# As CMake looks for TorchConfig.cmake with the environment alone.
users_libtorch() {
    local folder
    [[ -z ${Torch_DIR:-} || ! -f $Torch_DIR/TorchConfig.cmake ]] || return 0
    while read -r folder; do
        [[ ! -f $folder/share/cmake/Torch/TorchConfig.cmake && ! -f $folder/Torch/TorchConfig.cmake ]] || return 0
    done < <(printf '%s\n' "${Torch_ROOT:-/nonexistent}"; user_prefixes)
    return 1
}

wheel_folder() { compgen -G "$root/.venv/lib/python3*/site-packages/torch/share/cmake/Torch/TorchConfig.cmake" | head -n 1 | xargs -r dirname; }

# The mark alone is not believed: files are looked for too.
libtorch_is_complete() {
    local folder
    folder=$(wheel_folder)
    [[ -n $folder && -s $folder/../../../lib/libtorch_cpu.so && -s $folder/../../../lib/libc10.so ]] || return 1
    [[ $(cat .venv/.setup-done 2>/dev/null) == "$(requirements_hash)" ]] || adopt_environment
}

# An environment that someone made by hand, as the messages above say, serves when it holds the version asked for.
adopt_environment() {
    [[ ! -e .venv/.setup-begun ]] || return 1
    compgen -G ".venv/lib/python3*/site-packages/torch-$(torch_version)[-+.]*dist-info/RECORD" >/dev/null
}

keep_strangers_environment() {
    [[ ! -e .venv || -e .venv/.setup-begun ]] || give_up ".venv is there, was not made by this set-up, and holds no $(torch_pin)" \
        "Remove or rename it, then try again." "$@"
}

remove_unfinished_environment() { [[ ! -e .venv/.setup-begun ]] || rm -rf .venv; }

# A wheel built for CUDA is of no use to CMake without the toolkit: better said here than by CMake.
check_cuda_toolkit() {
    grep -qsE "^cuda.*= *'" .venv/lib/python3*/site-packages/torch/version.py || return 0
    [[ ! -x ${CUDACXX:-} && ! -x ${CUDA_HOME:-/usr/local/cuda}/bin/nvcc ]] && ! command -v nvcc >/dev/null || return 0
    give_up "pip took a libtorch built for CUDA, which cannot be built against without the CUDA toolkit (no nvcc was found)" \
        "Either install the CUDA toolkit of the version in the wheel, or have pip take the CPU build: find its index at" \
        "pytorch.org/get-started (Pip, CPU) and run:  PIP_EXTRA_INDEX_URL=that-index make setup"
}
