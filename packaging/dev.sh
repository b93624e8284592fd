#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From a fresh clone to a running Binnacle, or to its tests, in one command. `packaging/dev.sh help` says what it can do.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(dirname "$here")
cd "$top"

help() {
    cat <<'HELP'
packaging/dev.sh run [ARG...]      install what is missing, build, and start Binnacle on the built-in demo cluster
packaging/dev.sh test [ARG...]     install what is missing, build, and run all tests; ARGs go to ctest
packaging/dev.sh build [PRESET [TARGET...]]
                                   install what is missing and build: preset dev (default), release, asan, tsan, models or clang
packaging/dev.sh ctl [ARG...]      build and run binnaclectl
packaging/dev.sh install PREFIX    build the release preset and install it below PREFIX
packaging/dev.sh deps [--ci]       only install what is missing; --ci adds what .ci/run needs
packaging/dev.sh format            clang-format every source file in place

JOBS=N      build with N jobs (default: one a core, and no more than the memory carries)
NO_DEPS=1   do not look at packages at all
HELP
}

say() { printf '== %s\n' "$*" >&2; }

# packages [--ci]: the names of the list, without comments and section marks.
packages() {
    local line section=build
    while read -r line; do
        case $line in
        '' | '#'*) ;;
        build | ci) section=$line ;;
        *) if [ "$section" = build ] || [ "${1:-}" = --ci ]; then echo "$line"; fi ;;
        esac
    done <"$here/debian-packages.txt"
}

other_system() {
    case $1 in
    fedora)
        cat >&2 <<'TEXT'
This is Fedora (or a relative). Install what Binnacle needs, then call this command again with NO_DEPS=1:

    sudo dnf install cmake ninja-build gcc-c++ ccache mold pkgconf qt6-qtbase-devel qt6-qtsvg-devel libxkbcommon-devel \
        libcurl-devel openssl-devel zlib-devel yaml-cpp-devel simdjson-devel json-devel spdlog-devel expected-devel \
        boost-devel cli11-devel sqlite-devel protozero-devel libvterm-devel gtest-devel gmock-devel google-benchmark-devel python3 \
        dejavu-sans-fonts xorg-x11-server-Xvfb clang clang-tools-extra compiler-rt llvm
TEXT
        ;;
    macos)
        cat >&2 <<'TEXT'
This is macOS. Install what Binnacle needs with Homebrew, then call this command again with NO_DEPS=1:

    brew install cmake ninja ccache pkgconf qt curl openssl@3 yaml-cpp simdjson nlohmann-json spdlog tl-expected boost \
        cli11 sqlite protozero libvterm googletest google-benchmark python3
    export CMAKE_PREFIX_PATH="$(brew --prefix qt):$(brew --prefix curl):$(brew --prefix openssl@3):$(brew --prefix sqlite)"
TEXT
        ;;
    windows)
        cat >&2 <<'TEXT'
This is Windows. In a Visual Studio 2022 developer prompt, with vcpkg in %VCPKG_ROOT%:

    cmake --preset release -DCMAKE_TOOLCHAIN_FILE=%VCPKG_ROOT%/scripts/buildsystems/vcpkg.cmake -DVCPKG_MANIFEST_DIR=packaging
    cmake --build build/release
    ctest --test-dir build/release --output-on-failure

packaging/vcpkg.json lists what vcpkg builds; packaging/README.md says what to expect there.
TEXT
        ;;
    *)
        cat >&2 <<'TEXT'
This system is not one that packaging/dev.sh can install packages on. packaging/debian-packages.txt names what is
needed, in Debian's terms; install the same things here, then call this command again with NO_DEPS=1.
TEXT
        ;;
    esac
    exit 1
}

system_kind() {
    case $(uname -s) in
    Darwin) echo macos && return ;;
    MINGW* | MSYS* | CYGWIN*) echo windows && return ;;
    esac
    local id='' like=''
    if [ -r /etc/os-release ]; then
        id=$(. /etc/os-release && echo "${ID:-}")
        like=$(. /etc/os-release && echo "${ID_LIKE:-}")
    fi
    case " $id $like " in
    *' debian '* | *' ubuntu '*) echo debian ;;
    *' fedora '* | *' rhel '*) echo fedora ;;
    *) echo other ;;
    esac
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        say "packages are missing, and this is neither root nor a user with sudo. As root, run:"
        printf '    apt-get install --no-install-recommends %s\n' "${missing[*]}" >&2
        exit 1
    fi
}

deps() {
    [ -z "${NO_DEPS:-}" ] || return 0
    local kind
    kind=$(system_kind)
    [ "$kind" = debian ] || other_system "$kind"
    local name
    missing=()
    for name in $(packages "${1:-}"); do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing ${#missing[@]} packages: ${missing[*]}"
    as_root apt-get update -qq </dev/null
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o Dpkg::Use-Pty=0 "${missing[@]}" </dev/null >&2
}

# One compiler a core, but none without a GiB and a half of memory: Qt and JSON headers are heavy.
jobs() {
    [ -z "${JOBS:-}" ] || { echo "$JOBS" && return; }
    local cores memory=
    cores=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
    [ ! -r /proc/meminfo ] || memory=$(awk '/MemAvailable/ {print int($2 / 1572864)}' /proc/meminfo)
    if [ -n "$memory" ] && [ "$memory" -lt "$cores" ]; then
        cores=$((memory > 0 ? memory : 1))
    fi
    echo "$cores"
}

build() {
    local preset=${1:-dev}
    shift || true
    deps
    say "building preset $preset with $(jobs) jobs"
    local output
    output=$(cmake --preset "$preset" 2>&1) || {
        printf '%s\n' "$output" >&2
        exit 1
    }
    cmake --build --preset "$preset" --parallel "$(jobs)" ${1:+--target "$@"}
}

run() {
    build release binnacle
    if [ "$(uname -s)" = Linux ] && [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${QT_QPA_PLATFORM:-}" ]; then
        say "Binnacle is built (build/release/app/binnacle), but there is no display here to show its window on."
        say "Start it from a desktop session, or set QT_QPA_PLATFORM."
        exit 1
    fi
    exec build/release/app/binnacle --demo "$@"
}

run_tests() {
    build dev
    say "running the tests"
    QT_QPA_PLATFORM=offscreen ctest --preset dev --no-tests=error --parallel "$(jobs)" "$@"
}

case ${1:-help} in
deps) shift && deps "$@" ;;
build) shift && build "$@" ;;
run) shift && run "$@" ;;
test) shift && run_tests "$@" ;;
ctl) shift && build dev binnaclectl >&2 && exec build/dev/app/binnaclectl "$@" ;;
install)
    [ $# = 2 ] || { help >&2 && exit 2; }
    build release
    cmake --install build/release --prefix "$2"
    ;;
format)
    deps --ci
    git ls-files -z '*.cpp' '*.h' | xargs -0 clang-format -i
    ;;
help | -h | --help) help ;;
*)
    help >&2
    exit 2
    ;;
esac
