#!/bin/sh
# tensorboard_test.sh CHECKS PYTHON ANABRANCH PROJECT: with CHECKS, the interpreter of .ci/setup checks, if it is there.
set -eu
python=$1
[ -x "$python" ] || python=$2
shift 2
exec "$python" -B "$(dirname "$0")/tensorboard_test.py" "$@"
