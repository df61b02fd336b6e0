# What ./dev installs, and how. Read by ./dev; everything here is a function or a list.

# One line per need; the first name that is installed or can be had is taken (Debian 12, Debian 13, Ubuntu 24.04). What is
# optional is left out where no package is to be had: its test says SKIPPED.
build_needs=(
    g++ cmake ninja-build ccache mold pkg-config
    "libboost1.81-dev libboost1.83-dev libboost-dev"
    libssl-dev nlohmann-json3-dev libsqlite3-dev catch2 libpq-dev libsystemd-dev libtomlplusplus-dev libcli11-dev
    libhowardhinnant-date-dev tzdata zlib1g-dev libsimdjson-dev libidn2-dev libutf8proc-dev
    python3 ca-certificates
)
# A real PostgreSQL and a pooler before it, a real systemd and its containers, because tests run the real thing; faketime runs it on another day.
test_needs=(curl jq openssl sqlite3 strace faketime spin pgbouncer systemd systemd-container "postgresql-15 postgresql-16 postgresql-17"
    debootstrap apt-utils dpkg-dev file gnupg "optional: lintian" "optional: clang-format-14")

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
obtainable() { [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }
lists_are_there() { obtainable bash; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "dev: packages are missing (see above) and there is neither root nor sudo here; install them and come back" >&2
        exit 1
    fi
}

need() {
    local line name found missing=() wanted=()
    for line in "$@"; do
        found=
        for name in ${line#optional: }; do installed "$name" && { found=1; break; }; done
        # An older Boost under the plain name does not count: CMake would refuse it, so the versioned one is asked for.
        if [ -n "$found" ] && [ "$name" = libboost-dev ] &&
            dpkg --compare-versions "$(dpkg-query -W -f '${Version}' libboost-dev)" lt 1.81; then found=; fi
        # An optional package that the lists do not have is not looked for at every turn.
        if [ -z "$found" ] && [[ "$line" == optional:* ]] && lists_are_there && ! obtainable "${line#optional: }"; then
            found=1
        fi
        [ -n "$found" ] || missing+=("$line")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || {
        echo "dev: this machine has no apt; install what corresponds to: ${missing[*]}" >&2
        exit 1
    }
    echo "-- looking for ${#missing[@]} missing packages"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o Acquire::Retries=3 update >/dev/null
    for line in "${missing[@]}"; do
        found=
        for name in ${line#optional: }; do
            if obtainable "$name"; then found=$name; break; fi
        done
        if [ -n "$found" ]; then
            wanted+=("$found")
        elif [[ "$line" == optional:* ]]; then
            echo "-- no package here for ${line#optional: }; what needs it is skipped"
        else
            echo "dev: no package here for '$line'" >&2
            exit 1
        fi
    done
    [ ${#wanted[@]} -gt 0 ] || return 0
    echo "-- installing ${wanted[*]}"
    # The tests start servers of their own in scratch folders; nobody asked for one that runs for good.
    if [[ " ${wanted[*]} " == *" postgresql-"* ]] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        as_root mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    local log
    log=$(mktemp)
    if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 \
        --no-install-recommends install "${wanted[@]}" >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        echo "dev: apt-get could not install them (its words are above)" >&2
        exit 1
    fi
    rm -f "$log"
    if [[ " ${wanted[*]} " == *" pgbouncer "* ]]; then
        as_root systemctl disable --now pgbouncer >/dev/null 2>&1 || true  # neither did anybody ask for this one
    fi
}
