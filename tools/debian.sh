#!/bin/sh
# Fetches promtool and docker-compose from Debian into the state folder (no installation, no root needed), for the
# tests of deploy/ and docker-compose.yml. Elsewhere those tests say that they were skipped.
set -eu
cd "$(dirname "$0")/.."
tools="${PLUMBLINE_STATE:-$PWD/.plumbline}/tools"
if [ -x "$tools/bin/promtool" ] && [ -x "$tools/bin/docker-compose" ]; then
    echo "tools are there: $tools/bin"
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "no apt-get on this machine: install promtool and docker-compose by hand and put them on PATH" >&2
    exit 0
fi
began=$(date +%s)
if [ "$(id -u)" = 0 ]; then
    echo "apt-get update ..."
    apt-get update -qq
fi
mkdir -p "$tools/debs" "$tools/bin"
[ "$(id -u)" != 0 ] || chmod 711 "${tools%/tools}"
cd "$tools/debs"
# What is missing here of docker-compose's own dependencies comes along; promtool is one static program.
needed=$(apt-get install --simulate --no-install-recommends docker-compose 2>/dev/null | awk '/^Inst/ {print $2}')
for package in prometheus docker-compose $needed; do
    apt-get download -qq "$package" 2>/dev/null || echo "not to be had: $package" >&2
done
for file in *.deb; do
    dpkg -x "$file" "$tools/root"
done
cd "$tools"
rm -rf debs
ln -sf "$tools/root/usr/bin/promtool" "$tools/bin/promtool"
cat > "$tools/bin/docker-compose" <<TXT
#!/bin/sh
PYTHONPATH="$tools/root/usr/lib/python3/dist-packages" exec /usr/bin/python3 "$tools/root/usr/bin/docker-compose" "\$@"
TXT
chmod 755 "$tools/bin/docker-compose"
"$tools/bin/promtool" --version 2>&1 | head -n 1
"$tools/bin/docker-compose" version --short
echo "tools ready in $(($(date +%s) - began)) s: $tools/bin"
