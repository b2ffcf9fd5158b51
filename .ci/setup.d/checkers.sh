# shellcheck shell=bash
# clang-tidy at the version of requirements-checks.txt, in an environment of its own.

provide_checkers() {
    local folder=.cache/checks pins
    pins=$(<.ci/requirements-checks.txt)
    [[ ! -x $folder/bin/clang-tidy || $(cat "$folder/.done" 2>/dev/null) != "$pins" ]] || return 0

    local by_hand="To provide it by hand:  python3 -m venv $folder && $folder/bin/pip install -r .ci/requirements-checks.txt"
    local python
    python=$(python_that "import venv, ensurepip") || give_up "no Python with venv and ensurepip was found for clang-tidy" "$by_hand"
    begin checkers "installing ${pins##*$'\n'} in $folder"
    rm -rf "$folder"
    quietly "$python" -m venv "$folder" || give_up "could not make a virtual environment with $python" "$by_hand"
    pip_with "$folder/bin/python" install -r .ci/requirements-checks.txt || give_up "pip could not install ${pins##*$'\n'}" "$by_hand"
    printf '%s\n' "$pins" >"$folder/.done"
    finish
}
