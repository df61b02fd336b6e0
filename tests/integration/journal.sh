#!/bin/bash
# journal.sh SOURCE_DIR LOG_PROBE AUDIENCED: events reach a real journald, are found by their fields and explained by the catalog.
# The journal runs in a mount namespace of its own; nothing of it stays.
set -euo pipefail
source_dir=$1 probe=$2 daemon=$3
if [ "${4:-}" != inside ]; then
    for wanted in /lib/systemd/systemd-journald /usr/bin/journalctl; do
        [ -x $wanted ] || { echo "SKIPPED: there is no $wanted here"; exit 77; }
    done
    [ "$(id -u)" = 0 ] || { echo "SKIPPED: a journal of our own needs root"; exit 77; }
    unshare --mount --pid --fork --kill-child true 2>/dev/null ||
        { echo "SKIPPED: no mount namespaces here"; exit 77; }
    exec unshare --mount --propagation private --pid --fork --kill-child --mount-proc "$BASH_SOURCE" "$source_dir" "$probe" "$daemon" inside
fi

fail() { echo "FAILED: $*"; exit 1; }
work=$(mktemp -d)
mount -t tmpfs tmpfs "$work"
# Its own /run, and no persistent journal of the host.
mkdir -p "$work/catalog" "$work/state"
mount -t tmpfs tmpfs /run
[ ! -d /var/log/journal ] || mount -t tmpfs tmpfs /var/log/journal
cp "$source_dir/systemd/audienced.catalog" "$work/catalog/"
mount --bind "$work/catalog" /usr/lib/systemd/catalog
# Of an installed service, which may be of another version.
[ ! -d /usr/local/lib/systemd/catalog ] || mount -t tmpfs tmpfs /usr/local/lib/systemd/catalog
mkdir -p /var/lib/systemd/catalog
mount --bind "$work/state" /var/lib/systemd/catalog
[ -s /etc/machine-id ] || { echo 0123456789abcdef0123456789abcdef >"$work/id"; touch /etc/machine-id; mount --bind "$work/id" /etc/machine-id; }

mkdir -p /run/systemd/journal
/lib/systemd/systemd-journald >"$work/journald" 2>&1 &
journald=$!
for _ in $(seq 200); do [ -S /run/systemd/journal/socket ] && break; kill -0 $journald || { cat "$work/journald"; fail "journald did not start"; }; read -rt 0.05 <> <(:) || true; done
[ -S /run/systemd/journal/socket ] || fail "journald made no socket"

"$probe" journal || fail "the probe ended with $?"
journalctl --sync
[ "$(journalctl -q RUN_ID=42 EVENT=run_held -o json | wc -l)" = 1 ] || fail "run 42 is not found by RUN_ID and EVENT"
all=$(journalctl -q SYSLOG_IDENTIFIER=audienced -o json | wc -l)
kinds=$(grep -c '^AUDIENCED_EVENT' "$source_dir/lib/log/events.def")
[ "$all" = "$kinds" ] || fail "$all entries for $kinds kinds"
journalctl -q EVENT=run_held -o json | grep -q '"PRIORITY":"4"' || fail "a held run is not a warning"

journalctl --update-catalog
[ "$(journalctl --list-catalog 2>/dev/null | wc -l)" = "$kinds" ] || fail "the catalog does not have one entry per kind"
explained=$(journalctl -q -x RUN_ID=42 EVENT=run_held)
grep -q 'Subject: Run 42 waits for approval' <<<"$explained" || fail "no explanation: $explained"
grep -q 'audiencectl runs approve 42' <<<"$explained" || fail "the explanation does not say what to do"

# Without JOURNAL_STREAM, and with one that is not ours, auto means text on standard error.
for stream in "" 1:1; do
    JOURNAL_STREAM=$stream "$probe" auto 2>"$work/text"
    grep -q '^2[0-9-]*T[0-9:]*Z warning run_held: ' "$work/text" || fail "auto did not write text with JOURNAL_STREAM='$stream'"
done
# With one that is, the journal.
before=$(journalctl -q EVENT=run_held -o json | wc -l)
exec 3>"$work/stderr"
JOURNAL_STREAM=$(stat -L -c '%d:%i' "$work/stderr") "$probe" auto 2>&3
journalctl --sync
[ "$(journalctl -q EVENT=run_held -o json | wc -l)" = $((before + 1)) ] || fail "auto did not choose the journal"
[ ! -s "$work/stderr" ] || fail "auto wrote to both"

# A service that does not start says why at priority err, with an explanation; nothing goes to standard error beside it.
does_not_start() {  # EXIT_CODE EVENT WORD ARGUMENT...
    local wanted=$1 event=$2 word=$3 got=0 entry
    shift 3
    : >"$work/refused"
    exec 4>"$work/refused"
    JOURNAL_STREAM=$(stat -L -c '%d:%i' "$work/refused") "$daemon" "$@" 2>&4 || got=$?
    exec 4>&-
    [ "$got" = "$wanted" ] || fail "'$*' ended with $got, not $wanted"
    journalctl --sync
    entry=$(journalctl -q -p err EVENT="$event" -o json | tail -n 1)
    grep -q '"MESSAGE_ID"' <<<"$entry" || fail "no event $event at priority err for '$*'"
    grep -qF -- "$word" <<<"$entry" || fail "the event of '$*' does not say '$word': $entry"
    [ ! -s "$work/refused" ] || fail "'$*' wrote to standard error too: $(cat "$work/refused")"
    journalctl -q -x -p err EVENT="$event" | grep -q 'Subject: ' || fail "$event is not explained"
}
echo 'colour = "red"' >"$work/wrong.toml"
does_not_start 78 config_invalid colour --config "$work/wrong.toml"
does_not_start 78 config_invalid missing.toml --config "$work/missing.toml"
does_not_start 2 start_failed --colour --colour
mkdir -m 0770 "$work/open"
does_not_start 78 start_failed 'chmod 700' --state-dir "$work/open"
install -d -m 0700 "$work/damaged"
head -c 8192 /dev/urandom >"$work/damaged/audienced.db"
does_not_start 65 start_failed damaged --state-dir "$work/damaged"

# No journal: the same events with priorities, none lost.
kill $journald
wait $journald || true
rm -f /run/systemd/journal/socket
JOURNAL_STREAM=$(stat -L -c '%d:%i' "$work/stderr") "$probe" journal 2>&3
[ "$(grep -c '^<[3-6]>' "$work/stderr")" = "$kinds" ] || fail "without a journal, not every event came to standard error"
echo "journal: $kinds kinds of events found, explained and, without a journal, still written"
