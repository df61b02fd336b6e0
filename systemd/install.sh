#!/bin/bash
# install.sh BUILD_TREE [--check] [--prefix DIR]: installs what the tree holds and starts the service; with --check only says whether it
# could. `./dev install` builds in between.
set -euo pipefail
build=$1 prefix=/usr/local only_check=
shift
refuse() { echo "install: $1" >&2; echo "install: nothing was changed; $2" >&2; exit 1; }
while [ $# -gt 0 ]; do
    case $1 in
        --check) only_check=1; shift ;;
        --prefix) [ $# -ge 2 ] || refuse "--prefix needs a folder" "name one, for example --prefix /usr/local"; prefix=$2; shift 2 ;;
        --prefix=*) prefix=${1#*=}; shift ;;
        *) echo "install: no option '$1'; it takes --prefix DIR" >&2; exit 2 ;;
    esac
done
[ "${prefix#/}" != "$prefix" ] || refuse "the prefix '$prefix' is not an absolute path" "write it from the root, for example --prefix /usr/local"
[ "$(id -u)" = 0 ] || refuse "installing a service needs root" "run it as root or with sudo"
[ -d /run/systemd/system ] || refuse "systemd is not running here (process 1 is $(cat /proc/1/comm))" \
    "'./dev package' makes a package to install on a machine where it is, and './dev demo' runs the programs without it"
if [ "$(dpkg-query -W -f '${db:Status-Status}' audienced 2>/dev/null)" = installed ]; then
    refuse "the package audienced is installed, and its units would be replaced by ours" "remove it first: apt remove audienced"
fi
[ -z "$only_check" ] || exit 0

list=$prefix/share/doc/audienced/installed-files
was=
[ ! -f "$list" ] || was=$(cat "$list")
cmake --install "$build" --prefix "$prefix" --component audienced >"$build/install.log" || { cat "$build/install.log" >&2; exit 1; }
grep '^-- Kept:' "$build/install.log" || true
# Without the configuration, which is the administrator's. (The manifest's last line has no end.)
{ cat "$build/install_manifest_audienced.txt"; echo; echo "$list"; } | grep -v '^/etc/\|^$' >"$list.new"
mv "$list.new" "$list"
# What an earlier version installed and this one does not.
[ -z "$was" ] || comm -23 <(sort <<<"$was") <(sort "$list") | xargs -r -d '\n' rm -f --

systemd-sysusers
journalctl --update-catalog
systemctl daemon-reload
systemctl --quiet enable audienced.socket audienced.service
systemctl start audienced.socket
systemctl restart audienced.service || { journalctl -q -u audienced -n 5 --no-pager -o cat >&2; exit 1; }
echo "audienced $("$prefix/bin/audienced" --version | sed 's/^audienced //') is installed below $prefix and runs; its configuration is /etc/audienced/audienced.toml."
echo "Look at it with:  $prefix/bin/audiencectl status"
