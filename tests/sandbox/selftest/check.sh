# What every part of the self-test uses: a sandbox of its own, curl, and checks that name what they expected.
# Sourced by ./run. Variables: S (sandbox binary), W (scratch directory), B (base URL).

failures=0
checks=0

start_sandbox() {  # extra arguments go to the sandbox
    rm -f "$W/ready"
    mkfifo "$W/ready"
    "$S" --dir "$W/state" --ready-file "$W/ready" "$@" >"$W/out" 2>"$W/err" &
    sandbox=$!
    read -r B <"$W/ready"
    rm -f "$W/ready"
}

stop_sandbox() {
    kill "$sandbox" 2>/dev/null
    wait "$sandbox" 2>/dev/null
    sandbox=
}

# call METHOD PATH [BODY]: the body goes to $W/body, the status to $status
call() {
    local method=$1 path=$2
    shift 2
    if [ $# -gt 0 ]; then
        printf '%s' "$1" >"$W/request"
        set -- --data-binary "@$W/request"
    fi
    status=$(curl -s -g --cacert "$W/state/ca.pem" -o "$W/body" -D "$W/head" -w '%{http_code}' -X "$method" \
        ${auth:+-H "$auth"} ${type:+-H "Content-Type: $type"} "$@" "$B$path")
}

# is WANTED JQ-EXPRESSION: about the last body
is() {
    checks=$((checks + 1))
    local got
    got=$(jq -cr "$2" "$W/body" 2>&1)
    [ "$got" = "$1" ] || fail "$2 gave '$got', wanted '$1'"
}

answers() {  # answers STATUS
    checks=$((checks + 1))
    [ "$status" = "$1" ] || fail "answered $status, wanted $1: $(head -c 300 "$W/body")"
}

has_header() {  # has_header REGEX
    checks=$((checks + 1))
    grep -qiE "$1" "$W/head" || fail "no header field like '$1'"
}

lacks_header() {
    checks=$((checks + 1))
    ! grep -qiE "$1" "$W/head" || fail "a header field like '$1'"
}

holds() {  # holds TEXT: the last body, whatever it is
    checks=$((checks + 1))
    grep -qF -- "$1" "$W/body" || fail "'$1' is not in: $(head -c 300 "$W/body")"
}

same() {  # same WANTED GOT
    checks=$((checks + 1))
    [ "$1" = "$2" ] || fail "got '$2', wanted '$1'"
}

fail() {
    failures=$((failures + 1))
    echo "FAILED ${BASH_SOURCE[2]##*/}:${BASH_LINENO[1]}: $1"
}

side() { local auth='' type=''; call "$@"; answers 200; }
knobs() { side POST /sandbox/knobs "$1"; }
