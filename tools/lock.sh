#!/bin/sh
# Re-locks requirements*.txt: names, versions and hashes for every platform, and no index address.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check uv
for name in requirements requirements-brokers requirements-dev; do
    "$work/venv/bin/uv" pip compile "$name.in" --output-file "$name.txt" --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet "$@"
    { echo "# Locked from $name.in by \`make lock\`; do not edit by hand."; cat "$name.txt"; } > "$work/locked"
    cp "$work/locked" "$name.txt"
done
