#!/bin/sh
# Makes .venv-peers at the project root with the programs that results are recorded from and measured against. A second call does
# nothing. Arguments go to pip, for instance an index that has the CPU build of torch:  setup.sh --extra-index-url URL
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
requirements=$root/tests/golden/requirements.txt
environment=$root/.venv-peers
stamp=$environment/requirements.installed

if [ -f "$stamp" ] && cmp -s "$requirements" "$stamp"; then
    echo "peers: $environment is ready" >&2
    exit 0
fi
python=${PYTHON:-python3}
if ! "$python" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))'; then
    echo "peers: $python must be Python 3.10, 3.11 or 3.12 (these releases know no other); name one with PYTHON=/path/to/python3.11" >&2
    exit 1
fi
echo "peers: installing into $environment (about 1.5 GB with the CPU build of torch)" >&2
[ -x "$environment/bin/python" ] || "$python" -m venv "$environment" || {
    echo "peers: no virtual environment could be made; on Debian: apt-get install python3-venv" >&2
    exit 1
}
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check "$@" -r "$requirements" >&2 || {
    echo "peers: pip could not install $requirements; see its message above" >&2
    exit 1
}
cp "$requirements" "$stamp"
echo "peers: $environment is ready" >&2
