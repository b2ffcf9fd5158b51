#!/bin/sh
# Opens exported models with transformers, peft and llama.cpp; check_exports.py says how. Makes .venv-peers at the project root first, as
# tests/bench/peers/setup.sh does, and compiles llama.cpp into it, once and for minutes.
#
#   tests/peers/check_exports.sh [--program build/bin/anabranch] [--model tiny]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=$root/.venv-peers/bin/python

"$root/tests/bench/peers/setup.sh"
if ! "$python" -c 'import llama_cpp' 2>/dev/null; then
    echo "peers: compiling llama.cpp" >&2
    "$python" -m pip install --quiet --disable-pip-version-check diskcache==5.6.3 jinja2 typing-extensions >&2
    # Not GGML_NATIVE: it takes all that the processor says it has, which some virtual machines then do not run.
    flags="-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON"
    if grep -q avx512_vnni /proc/cpuinfo; then flags="$flags -DGGML_AVX512=ON -DGGML_AVX512_VNNI=ON"; fi
    CMAKE_ARGS=$flags \
        "$python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$here/requirements.txt" >&2
fi
exec "$python" "$here/check_exports.py" "$@"
