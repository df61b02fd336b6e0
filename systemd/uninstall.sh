#!/bin/bash
# uninstall.sh [--prefix DIR]: stops the service and removes what install.sh installed. State and configuration stay.
set -euo pipefail
prefix=/usr/local
refuse() { echo "uninstall: $1" >&2; echo "uninstall: nothing was changed; $2" >&2; exit 1; }
while [ $# -gt 0 ]; do
    case $1 in
        --prefix) [ $# -ge 2 ] || refuse "--prefix needs a folder" "name the one that it was installed with"; prefix=$2; shift 2 ;;
        --prefix=*) prefix=${1#*=}; shift ;;
        *) echo "uninstall: no option '$1'; it takes --prefix DIR" >&2; exit 2 ;;
    esac
done
[ "$(id -u)" = 0 ] || refuse "removing a service needs root" "run it as root or with sudo"
list=$prefix/share/doc/audienced/installed-files
[ -f "$list" ] || refuse "'./dev install' installed nothing below $prefix" \
    "name the prefix with --prefix DIR; a package is removed with apt remove audienced"

if [ -d /run/systemd/system ]; then
    systemctl --quiet disable audienced.socket audienced.service
    systemctl stop audienced.socket audienced.service
fi
mapfile -t files <"$list"
rm -f -- "${files[@]}"
printf '%s\n' "${files[@]%/*}" | sort -ru | xargs -d '\n' rmdir --parents --ignore-fail-on-non-empty -- 2>/dev/null || true
rm -rf /run/audienced
if [ -d /run/systemd/system ]; then systemctl daemon-reload; journalctl --update-catalog; fi
echo "audienced is removed. What is left: the state in /var/lib/audienced, the configuration in /etc/audienced, the user audienced and its groups."
echo "To delete the state too, with what is known of opt-outs:  rm -r /var/lib/audienced /etc/audienced"
