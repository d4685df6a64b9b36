#!/bin/sh
# Fetches promtool, Alertmanager, docker-compose and nats-server from Debian into the state folder (no installation, no root
# needed), for the tests of deploy/, delivery, docker-compose.yml and NATS. Elsewhere those tests say that they were skipped.
set -eu
cd "$(dirname "$0")/.."
tools="${PLUMBLINE_STATE:-$PWD/.plumbline}/tools"
if [ -x "$tools/bin/promtool" ] && [ -x "$tools/bin/docker-compose" ] && [ -x "$tools/bin/nats-server" ] \
    && [ -x "$tools/bin/prometheus-alertmanager" ]; then
    echo "tools are there: $tools/bin"
    exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "no apt-get on this machine: install promtool, prometheus-alertmanager, docker-compose and nats-server by hand and put them on PATH" >&2
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
for package in prometheus prometheus-alertmanager docker-compose nats-server $needed; do
    apt-get download -qq "$package" 2>/dev/null || echo "not to be had: $package" >&2
done
for file in *.deb; do
    dpkg -x "$file" "$tools/root"
done
cd "$tools"
rm -rf debs
ln -sf "$tools/root/usr/bin/promtool" "$tools/bin/promtool"
ln -sf "$tools/root/usr/sbin/nats-server" "$tools/bin/nats-server"
cat > "$tools/bin/docker-compose" <<TXT
#!/bin/sh
PYTHONPATH="$tools/root/usr/lib/python3/dist-packages" exec /usr/bin/python3 "$tools/root/usr/bin/docker-compose" "\$@"
TXT
chmod 755 "$tools/bin/docker-compose"
# Debian's Alertmanager reads its templates from /usr/share: it is shown them there in a mount namespace of its own.
cat > "$tools/bin/prometheus-alertmanager" <<TXT
#!/bin/sh
user="--user --map-root-user"
[ "\$(id -u)" != 0 ] || user=""
exec unshare \$user --mount sh -c '
    mount -t tmpfs none /usr/share && cp -r "$tools/root/usr/share/prometheus" /usr/share/ && exec "\$0" "\$@"
' "$tools/root/usr/bin/prometheus-alertmanager" "\$@"
TXT
chmod 755 "$tools/bin/prometheus-alertmanager"
"$tools/bin/promtool" --version 2>&1 | head -n 1
"$tools/bin/docker-compose" version --short
"$tools/bin/nats-server" --version
"$tools/bin/prometheus-alertmanager" --version 2>&1 | head -n 1
echo "tools ready in $(($(date +%s) - began)) s: $tools/bin"
