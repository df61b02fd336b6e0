#!/bin/bash
# systemd_boot_checks.sh SOURCE_DIR BUILD_TREE, inside the container of systemd_boot.sh, as root; the last line is "all good", or says
# what is not.
set -euo pipefail
source_dir=$1 build=$2
export HOME=/root
source "$(dirname "$0")/systemd_checks.sh"
as() { runuser -u "$1" -- /usr/local/bin/audiencectl status --json >/dev/null 2>&1; }
expect_exit() {
    local wanted=$1 got=0
    shift
    "$@" || got=$?
    [ "$got" = "$wanted" ] || fail "'$*' ended with $got, not $wanted"
}

echo "- is installed from source by one command, and runs"
mark
if [ "$build" = "$source_dir/build-release" ]; then
    documented=$(sed -n '/<!-- commands: source -->/{n;s/^ *//p}' "$source_dir/docs/INSTALL.md")
    [ -n "$documented" ] || fail "docs/INSTALL.md names no command that installs from source"
    (cd "$source_dir" && bash -ec "$documented") >/installed 2>&1 || fail "$documented: $(cat /installed)"
    ! grep -q '^\[[0-9/]*, .*Building' /installed || fail "it compiled what was built: $(cat /installed)"
else
    "$source_dir/systemd/install.sh" "$build" >/installed 2>&1 || fail "install.sh: $(cat /installed)"
fi
install -d /usr/local/share/earlier && touch /usr/local/share/earlier/audience-file  # as if an earlier version had had it
echo /usr/local/share/earlier/audience-file >>/usr/local/share/doc/audienced/installed-files
"$source_dir/systemd/install.sh" "$build" >/installed 2>&1 || fail "a second installation: $(cat /installed)"
[ ! -e /usr/local/share/earlier/audience-file ] || fail "a file of an earlier version is left"
grep -q '^-- Kept: /etc/audienced/audienced.toml' /installed || fail "it is not said that the configuration was kept"
tail -n 2 /installed
[ "$(property ExecStart | sed 's/.*path=\([^ ;]*\).*/\1/')" = /usr/local/bin/audienced ] || fail "the unit starts $(property ExecStart)"
[ "$(systemctl is-active audienced.socket audienced.service | xargs)" = "active active" ] || fail "the units: $(systemctl is-active audienced.socket audienced.service)"
[ "$(systemctl is-enabled audienced.socket audienced.service | xargs)" = "enabled enabled" ] || fail "not enabled"
useradd -M -G audienced,audienced-viewer ann
useradd -M -G audienced bob
useradd -M carol
[ "$(property ActiveState)" = active ] || fail "it is $(property ActiveState)"
await_event daemon_started
[ -n "$(property StatusText)" ] || fail "no status text"

echo "- runs without privileges"
pid=$(property MainPID)
grep -q '^CapEff:\s*0000000000000000$' "/proc/$pid/status" || fail "it has capabilities"
grep -q '^CapBnd:\s*0000000000000000$' "/proc/$pid/status" || fail "it could get capabilities"
grep -q '^NoNewPrivs:\s*1$' "/proc/$pid/status" || fail "it may gain privileges"
grep -q '^Seccomp:\s*2$' "/proc/$pid/status" || fail "its system calls are not filtered"
grep -q '^Max core file size *0 *0' "/proc/$pid/limits" || fail "it may dump core"
[ "$(stat -c '%U %a' /var/lib/audienced)" = "audienced 700" ] || fail "state: $(stat -c '%U %a' /var/lib/audienced)"
[ "$(stat -c '%a' /var/lib/audienced/master.key)" = 600 ] || fail "key file: $(stat -c %a /var/lib/audienced/master.key)"
[ -z "$(find /var/lib/audienced -type f -perm /077)" ] || fail "files of the state are open to others"

echo "- lets in the users that it should"
[ "$(stat -c '%U %G %a' /run/audienced/control.sock)" = "audienced audienced 660" ] || fail "socket: $(stat -c '%U %G %a' /run/audienced/control.sock)"
expect_exit 0 audiencectl status --json >/dev/null
expect_exit 0 as ann
expect_exit 4 as bob
expect_exit 3 as carol

echo "- reloads, and keeps its configuration when the new one is wrong"
mark
systemctl reload audienced
await_event config_reloaded
sed -i '1i socket = "/run/audienced/other.sock"' /etc/audienced/audienced.toml
mark
systemctl reload audienced
await_event config_reloaded
journalctl -q -u audienced --since="$since" -o cat | grep -q "counts after a restart only: socket" || fail "it does not name what needs a restart"
case $(property StatusText) in *"after a restart only: socket") ;; *) fail "status text: $(property StatusText)" ;; esac
sed -i 1d /etc/audienced/audienced.toml
echo 'colour = "red"' >>/etc/audienced/audienced.toml
mark
systemctl reload audienced
await_event config_invalid
[ "$(property ActiveState)/$(property MainPID)" = "active/$pid" ] || fail "a wrong configuration stopped it"
expect_exit 0 audiencectl status --json >/dev/null
sed -i '/^colour/d' /etc/audienced/audienced.toml

echo "- says what its unit hides, and reads what a drop-in lets in"
install -d -m 0755 /home/ann/crm
install -d -m 0750 /srv/closed
for file in /home/ann/crm/crm.db /tmp/crm.db /srv/closed/crm.db; do
    python3 -c 'import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute("PRAGMA journal_mode = WAL"); d.execute("CREATE TABLE t (a)"); d.close()' "$file"
done
audiencectl source add home --sqlite /home/ann/crm/crm.db >/dev/null
audiencectl source add files --csv /home/ann/crm >/dev/null
audiencectl source add tmp --sqlite /tmp/crm.db >/dev/null
audiencectl source add closed --sqlite /srv/closed/crm.db >/dev/null
says home /home ProtectHome=tmpfs BindReadOnlyPaths=
says files /home ProtectHome=tmpfs BindReadOnlyPaths=
says tmp PrivateTmp=
says closed 'the user audienced may not enter the folder /srv/closed' setfacl
mkdir -p /run/systemd/system/audienced.service.d
printf '[Service]\nBindReadOnlyPaths=/home/ann/crm\n' >/run/systemd/system/audienced.service.d/let-in.conf
systemctl daemon-reload && systemctl restart audienced
says home ProtectHome=  # which wins over that alone
printf '[Service]\nProtectHome=tmpfs\nBindReadOnlyPaths=/home/ann/crm\n' >/run/systemd/system/audienced.service.d/let-in.conf
systemctl daemon-reload && systemctl restart audienced
chmod 0755 /srv/closed
says home 'SQLite database' '1 tables'
says files '1 files'
says closed 'SQLite database'
[ "$(ls /home/ann/crm /srv/closed | grep -c -- '-[ws]')" = 0 ] || fail "files beside a database that was read: $(ls -l /home/ann/crm /srv/closed)"
rm /run/systemd/system/audienced.service.d/let-in.conf
systemctl daemon-reload && systemctl restart audienced
ca=/home/ann/crm/ca.pem
touch "$ca"
echo 0123456789abcdef0123456789abcdef-us6 | audiencectl connection add shop --provider mailchimp --consent --api-key-file - \
    --api-base https://127.0.0.1:1 --ca-file "$ca" >/said_of_ca 2>&1 && fail "a CA file that is hidden is taken"
grep -q "$ca is hidden from the service.*ProtectHome=" /said_of_ca || fail "the CA file: $(cat /said_of_ca)"

echo "- does not take a closed configuration for a missing one, nor another state directory for a broken disk"
refused_start() {  # WORDS: it ends with 78, is not tried again, and says so
    mark
    systemctl restart audienced 2>/dev/null && fail "it started"
    [ "$(property ExecMainStatus)/$(property ActiveState)/$(property NRestarts)" = 78/failed/0 ] ||
        fail "$1: $(property ExecMainStatus)/$(property ActiveState)/$(property NRestarts)"
    journalctl -q -u audienced --since="$since" -o cat | grep -q -- "$1" || fail "it does not say: $1"
}
chmod 0600 /etc/audienced/audienced.toml
mark
systemctl reload audienced
await_event config_invalid
expect_exit 0 audiencectl status --json >/dev/null
refused_start "the user audienced may not read the file /etc/audienced/audienced.toml"
chmod 0644 /etc/audienced/audienced.toml
sed -i '1i state_dir = "/srv/state"' /etc/audienced/audienced.toml
refused_start "ProtectSystem=.*ReadWritePaths="
sed -i '1s|/srv/state|/home/ann/crm|' /etc/audienced/audienced.toml
refused_start "/home/ann/crm is hidden from the service: its unit protects /home (ProtectHome=)"
sed -i 1d /etc/audienced/audienced.toml
systemctl start audienced
pid=$(property MainPID)

echo "- refuses a second daemon on its state"
expect_exit 75 timeout 20 runuser -u audienced -- /usr/local/bin/audienced --state-dir /var/lib/audienced --socket /tmp/second.sock 2>/dev/null

echo "- stops in order, and the next client starts it again"
mark
systemctl stop audienced.service 2>/dev/null  # it warns that the socket can start it again
[ "$(property Result)" = success ] || fail "stop: $(property Result)"
await_event daemon_stopping
[ -S /run/audienced/control.sock ] || fail "the socket went with the service"
expect_exit 0 audiencectl status --json >/dev/null
case $(property ActiveState) in
    active | activating) ;;
    *) fail "the client did not start it" ;;
esac

echo "- is restarted when it hangs"
mkdir -p /run/systemd/system/audienced.service.d
printf '[Service]\nWatchdogSec=2s\nTimeoutAbortSec=2s\nRestartSec=1s\n' >/run/systemd/system/audienced.service.d/test.conf
systemctl daemon-reload
systemctl restart audienced
hung=$(property MainPID)
mark
kill -STOP "$hung"
await_event daemon_started
[ "$(property NRestarts)" -ge 1 ] || fail "not restarted"
[ "$(property MainPID)" != "$hung" ] || fail "the same process"

echo "- takes its key from the credential store"
systemctl stop audienced.socket audienced.service
rm -rf /var/lib/audienced/*
install -d -m 0700 /etc/credstore
head -c 32 /dev/urandom | install -m 0400 /dev/stdin /etc/credstore/master-key
systemctl start audienced.socket audienced.service || fail "it does not start with a credential"
[ ! -e /var/lib/audienced/master.key ] || fail "it made a key file in spite of the credential"

echo "- explains its events"
journalctl -q -x -u audienced EVENT=daemon_started | grep -q 'Subject: audienced is ready' || fail "the catalog is not used"

echo "- does not start on a wrong configuration, and is not tried again"
echo 'colour = "red"' >>/etc/audienced/audienced.toml
if systemctl restart audienced 2>/dev/null; then fail "it started with a wrong configuration"; fi
[ "$(property ExecMainStatus)" = 78 ] || fail "exit code $(property ExecMainStatus), not 78"
[ "$(property ActiveState)" = failed ] || fail "it is $(property ActiveState)"
journalctl -q -u audienced -p err EVENT=config_invalid -o cat | grep -q colour || fail "no event of priority err says why"
sed -i '/^colour/d' /etc/audienced/audienced.toml

echo "- says whose files are in the way after a restore by root, and is not tried again"
systemctl stop audienced.socket
systemctl reset-failed audienced
chown root:root /var/lib/audienced/audienced.db
if systemctl start audienced 2>/dev/null; then fail "it started on a file of root"; fi
[ "$(property ExecMainStatus)" = 78 ] || fail "exit code $(property ExecMainStatus), not 78"
journalctl -q -u audienced -p err EVENT=start_failed -o cat | grep -q 'chown -R audienced:audienced /var/lib/audienced' || fail "no event says how to give the files back"
chown -R audienced:audienced /var/lib/audienced

echo "- enabling the service starts its socket too"
systemctl disable --now audienced.socket audienced.service 2>/dev/null
systemctl reset-failed audienced.service
systemctl enable --now audienced 2>/dev/null || fail "it cannot be enabled"
[ "$(systemctl is-active audienced.socket)" = active ] || fail "the socket is $(systemctl is-active audienced.socket)"

echo "- is taken off by one command, but for its state and configuration"
(cd "$source_dir" && ./dev uninstall) >/taken_off 2>&1 || fail "./dev uninstall: $(cat /taken_off)"
cat /taken_off
[ "$(systemctl is-active audienced.socket audienced.service | xargs)" = "inactive inactive" ] || fail "still there: $(systemctl is-active audienced.socket audienced.service)"
left=$(find /usr/local /etc/systemd /usr/lib/systemd /run/audienced -name '*audience*' ! -name 'audienced-boot-test*' 2>/dev/null || true)
[ -z "$left" ] || fail "left: $left"
[ -f /var/lib/audienced/audienced.db ] && [ -f /etc/audienced/audienced.toml ] || fail "state or configuration is gone"
"$source_dir/dev" uninstall >/taken_off 2>&1 && fail "a second uninstall does not say that there is nothing"
grep -q "nothing was changed" /taken_off || fail "a second uninstall: $(cat /taken_off)"
echo "all good"
