#!/usr/bin/env bash
# Packs dist/timeprobe and what belongs to it into dist/timeprobe_<version>_<arch>.deb, and as
# dist/timeprobe-<version>-<arch>.tar.xz for guests of other distributions. The same commit and the same binary
# give the same bytes. No debhelper: there is nothing to build, and what it would write stands in packaging/deb.
#
#   deb.sh [deb|tarball]
#   TIMEPROBE_VERSION    another version, for tests of an upgrade
#   TIMEPROBE_DIST       another folder than dist for the result
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version='' epoch='' arch=''
eval "$(packaging/scripts/version.sh)"
export SOURCE_DATE_EPOCH="$epoch" LC_ALL=C TZ=UTC
out="${TIMEPROBE_DIST:-dist}"
size_limit=2500000 deb_limit=1000000
umask 022
mkdir -p "$out"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
tree="$scratch/timeprobe-$version-$arch"
packaging/scripts/stage.sh "$tree"

tarball() {
  local file="$out/timeprobe-$version-$arch.tar.xz"
  tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$epoch" --format=gnu \
    --directory "$scratch" "$(basename "$tree")" | xz -9e --threads=1 > "$file.new"
  mv -f "$file.new" "$file"
  echo "$file: $(stat -c %s "$file") bytes"
}

deb() {
  local file="$out/timeprobe_${version}_$arch.deb" changelog="$scratch/changelog" bytes
  # dpkg's form; what changed is in the changelog of the program, behind it.
  printf 'timeprobe (%s) unstable; urgency=medium\n\n  * %s\n\n -- %s  %s\n' "$version" \
    "Version $version; the changes are in CHANGELOG.md.gz." \
    "$(sed -n 's/^Maintainer: //p' packaging/deb/control)" "$(date -u -R -d "@$epoch")" > "$changelog"
  gzip -9nc "$changelog" > "$tree/usr/share/doc/timeprobe/changelog.gz"
  gzip -9nc CHANGELOG.md > "$tree/usr/share/doc/timeprobe/CHANGELOG.md.gz"
  install -D -m 644 packaging/deb/lintian-overrides "$tree/usr/share/lintian/overrides/timeprobe"

  bytes="$(find "$tree" -type f -printf '%s\n' | awk '{ sum += $1 } END { print sum }')"
  if [[ $bytes -gt $size_limit ]]; then
    echo "deb.sh: $bytes bytes installed; the limit is $size_limit" >&2
    exit 1
  fi
  mkdir -p "$tree/DEBIAN"
  sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@KIB@/$(((bytes + 1023) / 1024))/" \
    packaging/deb/control > "$tree/DEBIAN/control"
  echo /etc/timeprobe/timeprobe.conf > "$tree/DEBIAN/conffiles"
  (cd "$tree" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\n' | sort \
    | xargs -d '\n' md5sum > DEBIAN/md5sums)
  install -m 755 packaging/deb/{postinst,prerm,postrm} "$tree/DEBIAN"
  find "$tree" -exec touch --no-dereference --date="@$epoch" {} +
  dpkg-deb --root-owner-group -Zxz -z9 --threads-max=1 --build "$tree" "$file.new" > /dev/null
  bytes="$(stat -c %s "$file.new")"
  if [[ $bytes -gt $deb_limit ]]; then
    rm "$file.new"
    echo "deb.sh: the .deb has $bytes bytes; the limit is $deb_limit" >&2
    exit 1
  fi
  mv -f "$file.new" "$file"
  echo "$file: $bytes bytes"
}

case "${1:-deb}" in
  deb) deb ;;
  tarball) tarball ;;
  *) echo "usage: deb.sh [deb|tarball]" >&2; exit 64 ;;
esac
