# shellcheck shell=bash
# Which Python serves: any that can do what is asked, the one on PATH first.

# python_that CODE: prints the first interpreter, 3.10 or newer, that runs CODE.
python_that() {
    local candidate
    for candidate in ${PYTHON:-python3 /usr/bin/python3 python3.11 python3.12 python3.13 python3.10}; do
        if "$candidate" -c "import sys; assert sys.version_info >= (3, 10); $1" >/dev/null 2>&1; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    return 1
}

# pip asks nothing, and shows no bar in a log. Where it looks is left to its own settings.
pip_with() { local python=$1; shift; quietly "$python" -m pip --disable-pip-version-check --no-input "$@" --progress-bar off; }
