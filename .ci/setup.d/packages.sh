# shellcheck shell=bash
# Compiler, tools and libraries: probed on any system, installed where there is apt-get.

# provide_packages GROUP...: returns at once when nothing in these groups of debian-packages is missing.
provide_packages() {
    local missing packages
    mapfile -t missing < <(missing_packages "$@"); wait $!
    ((${#missing[@]})) || return 0
    mapfile -t packages < <(missing_packages "$@" wanted)

    command -v apt-get >/dev/null || give_up "this system has no apt-get, and the build needs:" \
        "$(describe "${missing[@]}")" "" \
        "Install these by your system's own package manager, or build them and name their folders in CMAKE_PREFIX_PATH;" \
        "then try again. (On Debian 12 the packages are: ${packages[*]})"
    local by_hand="apt-get update && apt-get install -y --no-install-recommends ${packages[*]}"
    local as_root=()
    become_root as_root || give_up "these Debian packages are missing, and neither root nor sudo is at hand: ${packages[*]}" \
        "Have someone with root run:" "  $by_hand"

    begin packages "installing ${#packages[@]} Debian packages: ${packages[*]}"
    # One broken third-party source makes `update` fail though all that is needed can be had: the install decides.
    quietly "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 update || true
    quietly "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
        install -y --no-install-recommends "${packages[@]}" ||
        give_up "apt-get could not install the packages" "To provide them by hand, as root:" "  $by_hand" \
            "On a release of Debian or Ubuntu without one of these packages, build that library and name its folder in" \
            "CMAKE_PREFIX_PATH. What is needed:" "$(describe "${missing[@]}")"
    hash -r
    mapfile -t missing < <(missing_packages "$@"); wait $!
    ((${#missing[@]} == 0)) || give_up "apt-get installed its packages, but these are still missing or too old:" "$(describe "${missing[@]}")" \
        "Provide a newer one first in PATH (or by CXX=, PYTHON=, CMAKE_PREFIX_PATH=), then try again."
    finish
}

# become_root ARRAY: sets ARRAY to the command that makes others run as root.
become_root() {
    local -n prefix=$1
    prefix=()
    [[ $(id -u) -ne 0 ]] || return 0
    command -v sudo >/dev/null || return 1
    if [[ -t 0 ]]; then prefix=(sudo); sudo -v; else prefix=(sudo -n); sudo -n true 2>/dev/null; fi
}

missing_packages() {
    local group package probe what
    while read -r group package probe what; do
        [[ " $* " == *" $group "* ]] || continue
        is_there "${probe%%:*}" "${probe#*:}" </dev/null || printf '%s\n' "$package"
    done < <(grep -v '^#' .ci/debian-packages)
}

# describe PACKAGE...: each in words that hold on any system.
describe() {
    local group package probe what
    while read -r group package probe what; do
        [[ " $* " != *" $package "* ]] || printf '  - %s\n' "$what"
    done < <(grep -v '^#' .ci/debian-packages)
}

is_there() {
    case $1 in
        program) command -v "$2" >/dev/null ;;
        cmake) at_least "$2" "$(cmake --version 2>/dev/null | awk 'NR == 1 { print $3 }')" ;;
        compiler) compiler_is "$2" ;;
        header) has_header "$2" ;;
        library) has_library "$2" ;;
        clang) clang_links "$2" ;;
        python) python_that "import venv, $2" >/dev/null ;;
        *) give_up ".ci/debian-packages: unknown probe '$1' (known: program, cmake, compiler, header, library, clang, python)" ;;
    esac
}

at_least() { [[ -n $2 && $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }

# Clang compiles the project too; only GCC's version is held against the minimum.
compiler_is() {
    local version
    version=$("${CXX:-g++}" --version 2>/dev/null) || return 1
    [[ $version == *clang* ]] || at_least "$1" "$("${CXX:-g++}" -dumpversion)"
}

has_header() {
    local folders
    mapfile -t folders < <(user_prefixes | sed 's/.*/-I&\/include/')
    printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$1" | "${CXX:-g++}" -E -x c++ "${folders[@]}" - >/dev/null 2>&1
}

# The sanitizers' libraries are a package of their own.
clang_links() {
    echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' |
        clang++ "-fsanitize=$1" -x c++ - -o /dev/null 2>/dev/null
}

# The compiler prints the bare name back when it knows no such file.
has_library() {
    local found prefix
    found=$("${CXX:-g++}" -print-file-name="lib$1.so" 2>/dev/null) || return 1
    [[ $found == */* ]] && return 0
    while read -r prefix; do
        compgen -G "$prefix/lib*/lib$1.*" >/dev/null && return 0
    done < <(user_prefixes)
    return 1
}

# The folders that the user gave CMake by the environment, one a line.
# shellcheck disable=SC2020  # two sets of characters are meant
user_prefixes() { tr ':;' '\n\n' <<<"${CMAKE_PREFIX_PATH:-}" | grep -v '^$' || true; }
