#!/bin/bash
# install_layout.sh SOURCE_DIR BUILD_TREE: `cmake --install`, with any prefix, puts every file where the unit and systemd look
# for it; an edited configuration stays.
set -euo pipefail
source_dir=$1 build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAILED: $*"; exit 1; }

installed() {  # PREFIX -> $root
    root=$work/root${1//\//_}
    mkdir -p "$root"
    DESTDIR=$root cmake --install "$build" --prefix "$1" --component audienced >"$work/said" || { cat "$work/said"; fail "cmake --install with the prefix $1"; }
}

for prefix in /usr /usr/local /opt/audienced; do
    echo "- prefix $prefix"
    installed "$prefix"
    lib=/usr/local/lib
    [ "$prefix" != /usr ] || lib=/usr/lib
    for file in systemd/system/audienced.service systemd/system/audienced.socket sysusers.d/audienced.conf systemd/catalog/audienced.catalog; do
        [ -f "$root$lib/$file" ] || fail "no $lib/$file"
    done
    unit=$root$lib/systemd/system/audienced.service
    read -r program option config < <(sed -n 's/^ExecStart=//p' "$unit")
    [ "$program" = "$prefix/bin/audienced" ] || fail "the unit starts $program"
    [ -x "$root$program" ] || fail "the unit starts $program, which is not installed"
    [ "$option" = --config ] || fail "the unit names no configuration"
    [ -f "$root$config" ] || fail "the unit names $config, which is not installed"
    [ -x "$root$prefix/bin/audiencectl" ] || fail "no audiencectl"
    ! grep -qF -e "$work" -e "$build" "$unit" || fail "the unit names a folder of this build: $(grep -F -e "$work" -e "$build" "$unit")"
    [ -z "$(find "$root" -perm /022 ! -type l)" ] || fail "files that others may write: $(find "$root" -perm /022)"
done

echo "- an edited configuration"
echo '#edited' >>"$root/etc/audienced/audienced.toml"
installed "$prefix"
[ "$(tail -n 1 "$root/etc/audienced/audienced.toml")" = '#edited' ] || fail "it was replaced"
grep -q "Kept: /etc/audienced/audienced.toml" "$work/said" || fail "it is not said that it was kept: $(cat "$work/said")"
cmp -s "$root$prefix/share/doc/audienced/audienced.toml" "$source_dir/systemd/audienced.toml" || fail "the new one is not beside it"
echo "all good"
