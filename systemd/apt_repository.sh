#!/bin/bash
# apt_repository.sh DIR DEB...: DIR becomes (or stays) an apt repository that holds these packages, signed. It signs with the
# first secret key of the GnuPG home (GNUPGHOME, otherwise ~/.gnupg), or with AUDIENCED_SIGNING_KEY, and makes one where there is none.
set -euo pipefail
dir=$1
shift
if [ -n "${GNUPGHOME:-}" ]; then
    mkdir -p -m 0700 "$GNUPGHOME"
    GNUPGHOME=$(realpath "$GNUPGHOME")
    export GNUPGHOME
fi
secret_keys() { { gpg --batch --with-colons --list-secret-keys "$@" 2>/dev/null || true; } | awk -F: '$1 == "fpr" {print $10; exit}'; }
key=$(secret_keys ${AUDIENCED_SIGNING_KEY:+"$AUDIENCED_SIGNING_KEY"})
if [ -z "$key" ]; then
    [ -z "${AUDIENCED_SIGNING_KEY:-}" ] || { echo "apt-repository: there is no secret key '$AUDIENCED_SIGNING_KEY' in ${GNUPGHOME:-~/.gnupg}" >&2; exit 1; }
    gpg --batch --quiet --passphrase '' --quick-generate-key "audienced repository" ed25519 sign never
    key=$(secret_keys)
    echo "-- made a signing key without a passphrase in ${GNUPGHOME:-~/.gnupg}; keep that folder: later versions must be signed with the same key"
fi

mkdir -p "$dir/pool"
cp -- "$@" "$dir/pool/"
cd "$dir"

# Made beside the lists that are there and put in their place at the end, so that a client never reads half of them.
lists=dists.new/stable
rm -rf dists.new dists.old
architectures=$(for deb in pool/*.deb; do dpkg-deb -f "$deb" Architecture; done | sort -u)
for architecture in $architectures; do
    into=$lists/main/binary-$architecture
    mkdir -p "$into"
    apt-ftparchive --arch "$architecture" packages pool >"$into/Packages"
    gzip -9nk "$into/Packages"
done
apt-ftparchive -o APT::FTPArchive::Release::Origin=audienced -o APT::FTPArchive::Release::Label=audienced \
    -o APT::FTPArchive::Release::Suite=stable -o APT::FTPArchive::Release::Codename=stable -o APT::FTPArchive::Release::Components=main \
    -o APT::FTPArchive::Release::Architectures="$(echo $architectures)" release $lists >release.new
mv release.new $lists/Release
sign() { gpg --batch --yes --quiet --local-user "$key" "$@" $lists/Release; }
sign --clearsign --output $lists/InRelease
sign --armor --detach-sign --output $lists/Release.gpg
gpg --batch --yes --quiet --armor --export --output audienced.asc "$key"
chmod -R a+rX .
[ ! -e dists ] || mv dists dists.old
mv dists.new dists
rm -rf dists.old
echo "-- $dir is a signed repository with $(ls pool | wc -l) packages; docs/INSTALL.md says how a machine uses it"
