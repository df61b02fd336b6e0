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

echo "- ./dev install refuses where it cannot work, and says what would"
refuses() {  # WORD... COMMAND after --
    local words=() word said=
    while [ "$1" != -- ]; do words+=("$1"); shift; done
    shift
    said=$("$@" 2>&1) && fail "it does not refuse: $said"
    for word in "nothing was changed" "${words[@]}"; do
        case $said in *"$word"*) ;; *) fail "it does not say '$word': $said" ;; esac
    done
}
install=$source_dir/systemd/install.sh uninstall=$source_dir/systemd/uninstall.sh
refuses "absolute path" -- "$install" "$build" --prefix here
refuses "needs a folder" -- "$install" "$build" --prefix
as_other=(setpriv --reuid=65534 --regid=65534 --clear-groups)
[ "$(id -u)" = 0 ] || as_other=()
# Copied, since another user may not be able to enter the folder of the sources.
cp "$install" "$uninstall" "$work/" && chmod 0755 "$work"
refuses "needs root" "with sudo" -- "${as_other[@]}" "$work/install.sh" "$build"
refuses "needs root" -- "${as_other[@]}" "$work/uninstall.sh"
if [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
    # shellcheck disable=SC2016
    refuses "systemd is not running here" "./dev package" -- unshare --mount --propagation private bash -c 'mount -t tmpfs tmpfs /run && exec "$@"' - "$install" "$build"
    refuses "installed nothing below /nowhere" -- "$uninstall" --prefix /nowhere
else
    echo "NOT TESTED: without systemd, since a mount namespace of its own needs root"
fi
echo "all good"
