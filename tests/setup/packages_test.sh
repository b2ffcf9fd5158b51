#!/usr/bin/env bash
# What .ci/setup says and does about compilers, tools and libraries.
set -euo pipefail
# shellcheck source=tests/setup/harness.sh
source "$(dirname "${BASH_SOURCE[0]}")/harness.sh"

# An apt-get that notes how it was called, then leaves nothing missing.
working_apt_get='echo "apt-get $*" >>"$MACHINE/calls"; [[ " $* " != *" install "* ]] || rm -f "$MACHINE/missing"'

test_nothing_is_installed_when_all_is_there() {
    stub apt-get "$working_apt_get"
    setup
    succeeds
    says_not "packages"
    output=$(cat "$machine/calls")
    says_not "apt-get"
}

test_only_what_is_missing_is_installed_once() {
    printf '%s\n' libtbb.so CLI/CLI.hpp >"$machine/missing"
    stub apt-get "$working_apt_get"
    stub id 'echo 0'
    setup
    succeeds
    says "installing 3 Debian packages: libtbb-dev libcli11-dev ccache ..."
    setup
    is_silent
    output=$(grep -c '^apt-get.*install' "$machine/calls")
    says 1
}

test_without_apt_get_the_needs_are_named_in_general_words() {
    printf '%s\n' libtbb.so CLI/CLI.hpp >"$machine/missing"
    setup
    fails
    says "no apt-get"
    says "- oneTBB 2021 or newer"
    says "- CLI11 2"
    says_not "expat"
    says "CMAKE_PREFIX_PATH"
    gone .venv
}

test_libraries_in_a_folder_of_the_users_are_found() {
    printf '%s\n' libtbb.so >"$machine/missing"
    mkdir -p "$machine/opt/lib"
    touch "$machine/opt/lib/libtbb.so.12"
    setup CMAKE_PREFIX_PATH="$machine/other:$machine/opt"
    succeeds
}

test_without_root_the_command_is_given() {
    echo libtbb.so >"$machine/missing"
    stub apt-get "$working_apt_get"
    stub id 'echo 1000'
    setup
    fails
    says "neither root nor sudo"
    says "apt-get update && apt-get install -y --no-install-recommends libtbb-dev ccache"
}

test_without_root_sudo_serves() {
    echo libtbb.so >"$machine/missing"
    stub apt-get "$working_apt_get"
    stub id 'echo 1000'
    stub sudo 'echo "sudo $*" >>"$MACHINE/calls"; [[ $1 != -n ]] || shift; "$@"'
    setup
    succeeds
    output=$(cat "$machine/calls")
    says "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get"
}

test_an_offline_mirror_is_named_as_the_cause() {
    echo libtbb.so >"$machine/missing"
    stub id 'echo 0'
    stub apt-get 'echo "E: Temporary failure resolving a.mirror" >&2; exit 100'
    setup
    fails
    says "cause: the network could not be reached"
    says "| E: Temporary failure resolving a.mirror"
    says "apt-get install -y --no-install-recommends libtbb-dev"
}

test_a_full_disk_is_named_as_the_cause() {
    echo libtbb.so >"$machine/missing"
    stub id 'echo 0'
    stub apt-get "echo \"E: You don't have enough free space in /var/cache/apt/archives/.\" >&2; exit 100"
    setup
    fails
    says "cause: the disk is full"
}

test_a_release_with_an_old_cmake_is_told_so() {
    stub cmake 'echo "cmake version 3.22.1"'
    stub id 'echo 0'
    stub apt-get "$working_apt_get"
    setup
    fails
    says "still missing or too old"
    says "- CMake 3.25 or newer"
}

test_an_old_compiler_is_found_out() {
    stub g++ 'case $1 in --version) echo "g++ 11.4.0" ;; -dumpversion) echo 11 ;; *) exec "'"$stubs"'/g++" "$@" ;; esac'
    setup
    fails
    says "- GCC 12 or newer"
}

run_tests
