#!/bin/bash
# apt_repository.sh DIR DEB...: DIR becomes (or stays) an apt repository that holds these packages, signed. It signs with the
# first secret key of the GnuPG home (GNUPGHOME, otherwise ~/.gnupg), or with AUDIENCED_SIGNING_KEY, and makes one where there is none.
set -euo pipefail
dir=$1
shift
mkdir -p "$dir/pool"
cp -- "$@" "$dir/pool/"
cd "$dir"

[ -z "${GNUPGHOME:-}" ] || mkdir -p -m 0700 "$GNUPGHOME"
secret_keys() { { gpg --batch --with-colons --list-secret-keys "$@" 2>/dev/null || true; } | awk -F: '$1 == "fpr" {print $10; exit}'; }
key=$(secret_keys ${AUDIENCED_SIGNING_KEY:+"$AUDIENCED_SIGNING_KEY"})
if [ -z "$key" ]; then
    [ -z "${AUDIENCED_SIGNING_KEY:-}" ] || { echo "apt-repository: there is no secret key '$AUDIENCED_SIGNING_KEY' in ${GNUPGHOME:-~/.gnupg}" >&2; exit 1; }
    gpg --batch --quiet --passphrase '' --quick-generate-key "audienced repository" ed25519 sign never
    key=$(secret_keys)
    echo "-- made a signing key without a passphrase in ${GNUPGHOME:-~/.gnupg}; keep that folder: later versions must be signed with the same key"
fi

architectures=$(for deb in pool/*.deb; do dpkg-deb -f "$deb" Architecture; done | sort -u)
for architecture in $architectures; do
    into=dists/stable/main/binary-$architecture
    mkdir -p "$into"
    apt-ftparchive --arch "$architecture" packages pool >"$into/Packages"
    gzip -9nkf "$into/Packages"
done
# Moved into place at the end, so that a client never reads a list that another signature belongs to.
apt-ftparchive -o APT::FTPArchive::Release::Origin=audienced -o APT::FTPArchive::Release::Label=audienced \
    -o APT::FTPArchive::Release::Suite=stable -o APT::FTPArchive::Release::Codename=stable -o APT::FTPArchive::Release::Components=main \
    -o APT::FTPArchive::Release::Architectures="$(echo $architectures)" release dists/stable >release.new
gpg --batch --yes --quiet --local-user "$key" --clearsign --output inrelease.new release.new
gpg --batch --yes --quiet --local-user "$key" --armor --detach-sign --output dists/stable/Release.gpg release.new
mv release.new dists/stable/Release
mv inrelease.new dists/stable/InRelease
gpg --batch --yes --quiet --armor --export --output audienced.asc.new "$key"
mv audienced.asc.new audienced.asc
chmod -R a+rX .
echo "-- $dir is a signed repository with $(ls pool | wc -l) packages; docs/INSTALL.md says how a machine uses it"
