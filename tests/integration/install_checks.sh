#!/bin/bash
# Runs inside the machine that install_test.py boots, as root: its first lines are what a person types from docs/INSTALL.md. The last line
# is "all good", or says what is not. /pages/NAME holds the commands of the pages' blocks.
set -euo pipefail
export HOME=/root DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
cd /root
source "$(dirname "$0")/systemd_checks.sh"
typed() {  # BLOCK: typed as it stands, with the answer y to whatever apt asks
    echo "    $ $(head -n 1 "/pages/$1")"
    bash -eo pipefail "/pages/$1" >"/typed.$1" 2>&1 < <(yes) || { cat "/typed.$1"; fail "the commands of the block $1"; }
}
units() { systemctl is-active audienced.socket audienced.service | xargs; }
sandbox() {
    local path=$1
    shift
    curl -fsS --cacert /var/lib/audience-sandbox/ca.pem "https://127.0.0.1:8443/sandbox/$path" "$@"
}
members() { sandbox "mailchimp/lists/a1b2c3d4e5/members?count=1"; }

echo "- the documented way, from a bare machine to the first members"
begin=$(date +%s%N)
typed key
typed repository
typed package
installed=$(date +%s%N)
[ "$(units)" = "active active" ] || fail "after apt install: $(systemctl is-active audienced.socket audienced.service)"
[ "$(systemctl is-enabled audienced.socket audienced.service | xargs)" = "enabled enabled" ] || fail "not enabled"
[ ! -e /var/lib/audienced/master.key ] || fail "a key file in the state directory in spite of the credential"
typed look
typed sandbox
typed account
typed customers
typed export
end=$(date +%s%N)
[ "$(members)" = 3 ] || fail "$(members) members after the first run"
awk -v a="$begin" -v b="$installed" -v c="$end" 'BEGIN {printf "  minutes from the bare machine to the first members: %.2f, of these %.2f until the service runs\n", (c - a) / 6e10, (b - a) / 6e10}'

echo "- feeds the audience from CSV and SQLite on a schedule"
mark
echo eve@example.org,Eve,Eder >>/srv/crm/newsletter.csv
sqlite3 /srv/crm/customers.db "UPDATE customers SET active = 1"
typed schedule
await_event run_succeeded
audiencectl schedule off >/dev/null
[ "$(members)" = 5 ] || fail "$(members) members after a scheduled run"

echo "- has units that systemd finds nothing wrong with, and pages"
systemd-analyze verify audienced.service audienced.socket || fail "systemd-analyze verify ended with $?"
systemctl reload audienced || fail "it cannot be reloaded"
for page in audienced.8 audiencectl.1 audienced.toml.5; do man -w "$page" >/dev/null || fail "no page $page"; done
for file in bash-completion/completions/audiencectl zsh/vendor-completions/_audiencectl fish/vendor_completions.d/audiencectl.fish; do
    [ -s "/usr/share/$file" ] || fail "no completion $file"
done
journalctl -q -x -u audienced EVENT=daemon_started | grep -q 'Subject: audienced is ready' || fail "the catalog is not used"

echo "- lets in the users that it should"
useradd -M ann
runuser -u ann -- audiencectl status >/dev/null 2>&1 && fail "ann is let in before"
typed user
runuser -u ann -- audiencectl status >/dev/null || fail "ann is not let in"

echo "- says which folders are closed to it, and reads them after the documented commands"
apt-get -qq install acl >/dev/null 2>&1
install -d -m 0700 /srv/shop /srv/shop/exports /home/ann /home/ann/crm
cp /srv/crm/newsletter.csv /srv/shop/exports/ && cp /srv/crm/newsletter.csv /home/ann/crm/
chmod 0600 /srv/shop/exports/* /home/ann/crm/*
chown -R ann: /home/ann
audiencectl source add folder --csv /srv/shop/exports >/dev/null
audiencectl source add home --csv /home/ann/crm >/dev/null
says folder "the user audienced may not enter the folder /srv/shop"
says home "ProtectHome=tmpfs" "BindReadOnlyPaths="
typed folder
typed home
says folder "1 files"
says home "1 files"
(umask 077 && cp /srv/crm/newsletter.csv /srv/shop/exports/later.csv && cp /srv/crm/newsletter.csv /home/ann/crm/later.csv)
audiencectl segment add later --source folder --file later.csv >/dev/null
audiencectl segment preview later >/dev/null || fail "a file that came later cannot be read"

echo "- is backed up and restored"
typed backup
[ "$(units)" = "active active" ] || fail "after the backup: $(units)"
audiencectl segment remove later >/dev/null
typed restore
audiencectl segment show later >/dev/null || fail "the restored state does not have what it had"
[ "$(stat -c '%U %a' /var/lib/audienced/audienced.db)" = "audienced 600" ] || fail "the restored database: $(stat -c '%U %a' /var/lib/audienced/audienced.db)"
grep -q 'a backup that root made' /typed.restore || fail "it does not say what it restored: $(cat /typed.restore)"
systemctl stop audienced.socket audienced.service
audiencectl status >/dev/null 2>&1 && fail "a client starts the daemon in the middle of a restore"
chown -R root:root /var/lib/audienced/*
systemctl start audienced.service 2>/dev/null && fail "it starts on files of another user"
[ "$(property ExecMainStatus) $(property ActiveState) $(property NRestarts)" = "78 failed 0" ] ||
    fail "files of root: exit code $(property ExecMainStatus), $(property ActiveState), $(property NRestarts) restarts"
journalctl -q -u audienced -n 20 -o cat | grep -q 'chown -R audienced:audienced /var/lib/audienced' || fail "it does not say what to do"
chown -R audienced:audienced /var/lib/audienced
systemctl start audienced.socket audienced.service

echo "- is updated in the middle of a run"
sqlite3 /srv/crm/customers.db "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
    INSERT INTO customers SELECT 'c' || i || '@example.org', 'C', 'C' || i, 1 FROM n"
sandbox faults -d '{"rules":[{"name":"middle","method":"POST","path":"/lists/a1b2c3d4e5(\\?.*)?$","skip":2,"next":1,"action":{"kind":"hold","apply":true}}]}' >/dev/null
echo '#drain_timeout = "31s"' >>/etc/audienced/audienced.toml
run=$(audiencectl run customers | head -n 1)
sandbox 'wait?held=middle&timeout=60' >/dev/null || fail "the run did not come to its third batch"
pid=$(property MainPID)
cp -a /srv/next-apt/. /srv/audienced-apt/
mark
typed update &
update=$!
await_event daemon_stopping
sandbox release -d '{"rule":"middle"}' >/dev/null
wait "$update" || fail "the update"
[ "$(dpkg-query -W -f '${Version}' audienced)" = 0.1.0+next ] || fail "version $(dpkg-query -W -f '${Version}' audienced)"
[ "$(property MainPID)" != "$pid" ] && [ "$(units)" = "active active" ] || fail "not restarted: $(units)"
audiencectl runs follow "$run" >/dev/null || fail "the run $run did not go on after the update"
[ "$(members)" = 3005 ] || fail "$(members) members after the update"
[ "$(sandbox counters | grep -o '"must_stay_zero_total": *[0-9]*' | grep -o '[0-9]*$')" = 0 ] || fail "the sandbox saw what must not happen: $(sandbox counters)"
[ "$(tail -n 1 /etc/audienced/audienced.toml)" = '#drain_timeout = "31s"' ] || fail "the edited configuration was replaced"

echo "- is removed, and continues when it is installed again"
typed remove
[ "$(units)" = "inactive inactive" ] || fail "after the removal: $(units)"
[ ! -e /usr/bin/audienced ] && [ ! -e /run/audienced ] && [ -f /var/lib/audienced/audienced.db ] || fail "removed too much or too little"
typed package
[ "$(units)" = "active active" ] || fail "installed again: $(units)"
audiencectl export show customers >/dev/null || fail "the state is gone"

echo "- is purged"
typed purge
grep -q '/var/lib/audienced' /typed.purge || fail "the purge does not say what it deletes: $(cat /typed.purge)"
left=$(find / -xdev -name '*audience*' ! -path '/proc/*' ! -path '*audience-sandbox*' ! -path '/srv/*' ! -path '*/apt/*' ! -path '*audienced-install-test*' \
    ! -path '/var/backups/*' ! -path '/etc/systemd/system/audienced.service.d' ! -path '/tmp/*' ! -path '/var/log/*' ! -path '/var/cache/man/*' || true)
[ -z "$left" ] || fail "left after the purge: $left"

echo "- is installed with a key that is bound to the machine"
rm /etc/credstore/master-key
typed key-bound
typed package
[ "$(units)" = "active active" ] || fail "with a bound key: $(units)"
[ ! -e /var/lib/audienced/master.key ] || fail "a key file in spite of the bound key"
typed purge
rm -r /etc/systemd/system/audienced.service.d /etc/audienced

echo "- lets its key be moved out of the state directory"
typed package
[ -e /var/lib/audienced/master.key ] || fail "no key file"
cp /var/lib/audienced/master.key /key
typed key-moved
[ "$(units)" = "active active" ] || fail "with the moved key: $(units)"
audiencectl status >/dev/null || fail "it does not answer with the moved key"
[ ! -e /var/lib/audienced/master.key ] && cmp -s /key /etc/credstore/master-key || fail "the key is not where it was moved"

echo "- lets a key that is a credential be replaced"
mark
typed key-replaced
await_event keys_rotated
cmp -s /key /etc/credstore/master-key && fail "the key is the one of before"
systemctl restart audienced.service
audiencectl status >/dev/null || fail "it does not answer with the new key alone"
echo "all good"
