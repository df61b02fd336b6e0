# What the checks inside a booted machine have in common; it lies beside them there.
fail() {
    echo "--- journal"; journalctl -q -n 40 --no-pager -o short || true
    echo "FAILED: $*"
    exit 1
}
property() { systemctl show -P "$1" audienced.service; }
# Events are awaited from here on. (Not by cursor: journalctl 252 finds nothing after a cursor whose own entry does not fit the matches.)
mark() { since=@$(date +%s.%6N); }
await_event() {  # EVENT FIELD=VALUE...: since the last mark; reads the journal as it grows
    local line= reader
    exec 4< <(exec journalctl -q -f -n all --since="$since" -u audienced EVENT="$@" -o json)
    reader=$!
    read -rt 150 line <&4 || true
    kill "$reader"
    exec 4<&-
    [ -n "$line" ] || fail "no event $*"
}
says() {  # SOURCE WORD...: a test of the source
    local said word name=$1
    said=$(audiencectl source test "$name" 2>&1 || true)
    shift
    for word in "$@"; do
        case $said in *"$word"*) ;; *) fail "the source $name does not say $word: $said" ;; esac
    done
}
