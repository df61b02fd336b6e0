#!/bin/bash
# systemd_boot.sh SOURCE_DIR BUILD_TREE [CHECKS]: what `./dev install` makes of this tree, under a real systemd as PID 1, booted in a
# container over an overlay of this machine's files; nothing is written outside of it.
set -euo pipefail
source_dir=$1 build=$2 checks=${3:-systemd_boot_checks.sh}
if [ "${4:-}" != inside ]; then
    command -v systemd-nspawn >/dev/null || { echo "SKIPPED: there is no systemd-nspawn here (package systemd-container)"; exit 77; }
    [ "$(id -u)" = 0 ] || { echo "SKIPPED: booting a container needs root"; exit 77; }
    unshare --mount true 2>/dev/null || { echo "SKIPPED: no mount namespaces here"; exit 77; }
    exec unshare --mount --propagation private "$BASH_SOURCE" "$source_dir" "$build" "$checks" inside
fi

work=$(mktemp -d)
mount -t tmpfs -o size=512m tmpfs "$work"
mkdir "$work"/{upper,work,root}
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/root" ||
    { echo "SKIPPED: no overlay file system here"; exit 77; }
root=$work/root

# The overlay has the files of / itself; what is mounted below it is put there too.
for tree in "$source_dir" "$build"; do
    if [ -e "$root$tree/CMakeCache.txt" ] || [ -e "$root$tree/CMakeLists.txt" ]; then continue; fi
    mkdir -p "$root$tree" "$work/more$tree" "$work/scratch$tree"
    mount -t overlay overlay -o "lowerdir=$tree,upperdir=$work/more$tree,workdir=$work/scratch$tree" "$root$tree"
done
units=$root/usr/lib/systemd/system
rm -rf "$root/var/lib/audienced" "$root/etc/credstore/master-key"
mkdir -p "$root/var/log/journal"

# Our target needs the basic system and nothing of what this machine otherwise starts.
cat >"$units/audienced-boot-test.target" <<'UNIT'
[Unit]
Requires=basic.target systemd-journald.service audienced-boot-test.service
After=basic.target
AllowIsolate=yes
UNIT
cat >"$units/audienced-boot-test.service" <<UNIT
[Unit]
After=basic.target
# The system ends itself; a client that asked for it could lose its answer to the very end that it asked for.
SuccessAction=poweroff
FailureAction=poweroff
[Service]
Type=oneshot
ExecStart=/boot_checks $source_dir $build
TimeoutStartSec=200
StandardOutput=append:/said
StandardError=append:/said
UNIT
install -m 0755 "$source_dir/tests/integration/$checks" "$root/boot_checks"
install -m 0644 "$source_dir/tests/integration/systemd_checks.sh" "$root/"

timeout --kill-after=10 230 systemd-nspawn --quiet --machine="audienced-boot-$$" --directory="$root" --boot --register=no --keep-unit --private-network \
    --console=pipe systemd.unit=audienced-boot-test.target </dev/null >"$work/console" 2>&1 || true
if [ ! -f "$work/upper/said" ]; then
    # Some containers in which tests run allow no container of their own; a system that did boot never ends here.
    tail -n 20 "$work/console"
    grep -qi 'operation not permitted\|failed to .*mount\|cgroup' "$work/console" && { echo "SKIPPED: systemd did not boot here"; exit 77; }
    exit 1
fi
cat "$work/upper/said"
tail -n 1 "$work/upper/said" | grep -q '^all good$'
