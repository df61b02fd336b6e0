#!/bin/bash
# systemd_units.sh SOURCE_DIR: the units parse without a word, and the service stays within its exposure.
set -euo pipefail
source_dir=$1
command -v systemd-analyze >/dev/null || { echo "SKIPPED: there is no systemd-analyze here"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# verify wants the program to be there, and the socket beside its service.
cp /bin/true "$work/audienced-stand-in"
sed "s|/usr/bin/audienced|$work/audienced-stand-in|" "$source_dir/systemd/audienced.service" >"$work/audienced.service"
cp "$source_dir/systemd/audienced.socket" "$work/"
systemd-analyze verify --man=no --recursive-errors=yes "$work/audienced.service" "$work/audienced.socket" 2>"$work/said"
[ ! -s "$work/said" ] || { cat "$work/said"; exit 1; }

# A unit with a misspelt line must not pass, else the check above says nothing.
sed 's/^NoNewPrivileges=/NoNewPriviledges=/' "$work/audienced.service" >"$work/misspelt.service"
if systemd-analyze verify --man=no --recursive-errors=yes "$work/misspelt.service" 2>/dev/null; then
    echo "verify takes a misspelt unit"; exit 1
fi

systemd-analyze security --offline=true --no-pager --threshold=15 "$source_dir/systemd/audienced.service" | tail -n 1
if grep -q '^PrivateUsers=' "$source_dir/systemd/audienced.service"; then
    echo "PrivateUsers= would hide who the clients of the control socket are"; exit 1
fi
