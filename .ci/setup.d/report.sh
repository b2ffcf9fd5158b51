# shellcheck shell=bash
# How the set-up speaks: one line a step with its time; a failure says what is missing and how to provide it.

step_log=''
step_open=''
step_started=0

say() { printf 'setup: %s\n' "$*"; }

# begin NAME WHAT: opens a step whose commands write to .cache/setup/NAME.log.
begin() {
    step_log=$root/.cache/setup/$1.log
    step_started=$SECONDS
    step_open=yes
    : >"$step_log" || give_up "cannot write $step_log" "Free some space, then try again."
    printf 'setup: %s ... ' "$2"
}

finish() {
    step_open=''
    step_log=''
    printf '%d s\n' $((SECONDS - step_started))
}

quietly() { "$@" >>"$step_log" 2>&1 </dev/null 9>&-; }

# give_up WHAT [LINE...]: what failed, what the log says of it, what to do by hand.
give_up() {
    local what=$1
    shift
    {
        [[ -z $step_open ]] || printf 'failed\n'
        printf 'setup: FAILED: %s\n' "$what"
        if [[ -n $step_log && -s $step_log ]]; then
            explain_log
            printf '  its last lines (all of it: %s):\n' "${step_log#"$root"/}"
            grep -v 'WARNING: Retrying' "$step_log" | tail -n 8 | cut -c 1-200 | sed 's/^/    | /' || true
        fi
        [[ $# -eq 0 ]] || printf '  %s\n' "$@"
    } >&2
    exit 1
}

# The causes that a person can mend at once, in words.
explain_log() {
    if grep -qE 'No space left|Errno 28|Disk quota exceeded|enough free space' "$step_log"; then
        printf '  cause: the disk is full. Free space now: %s in the project, %s in %s.\n' \
            "$(free_space "$root")" "$(free_space "${TMPDIR:-/tmp}")" "${TMPDIR:-/tmp}"
    elif grep -qiE 'certificate verify failed|certificate verification failed' "$step_log"; then
        printf '  cause: the server'"'"'s certificate is not trusted here. Behind a proxy that signs its own, give pip its certificate:\n'
        printf '  PIP_CERT=/path/to/certificates.crt (or install it in the system, for apt-get too).\n'
    elif grep -qE 'Temporary failure|Could not resolve|not resolve host|Name or service|Failed to establish|Connection (refused|reset|timed)|Network is unreachable|Max retries|[Tt]imed out|Could not connect|Cannot initiate the connection|ProxyError' "$step_log"; then
        printf '  cause: the network could not be reached (offline, or a proxy or mirror that is not set up).\n'
    fi
}

free_space() { df -Ph "$1" 2>/dev/null | awk 'NR == 2 { print $4 "B" }'; }

# need_space FOLDER MEGABYTES WHAT: found before a download rather than in the middle of it.
need_space() {
    local free
    free=$(df -Pm "$1" | awk 'NR == 2 { print $4 }')
    ((free >= $2)) || give_up "$3 needs about $2 MB in $1, and $free MB are free there" "${@:4}"
}
