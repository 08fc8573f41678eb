#!/usr/bin/env bash
# Prints what every package needs to know, as assignments for a shell: the version, from the one place that has
# it, and the time that stands for all times in it, that of the last commit.
#
#   eval "$(packaging/scripts/version.sh)"
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version="${TIMEPROBE_VERSION:-$(sed -n 's/.*text: StaticString = "\([^"]*\)".*/\1/p' Sources/Probe/Units/Version.swift)}"
if [[ ! $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([~+.][A-Za-z0-9.~+]+)?$ ]]; then
  echo "version.sh: no version in Sources/Probe/Units/Version.swift: '$version'" >&2
  exit 1
fi
epoch="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2> /dev/null || stat -c %Y Sources/Probe/Units/Version.swift)}"
# Debian's name of an architecture, by what the binary was built for.
case "$(uname -m)" in
  x86_64) arch=amd64 ;;
  aarch64) arch=arm64 ;;
  *) arch="$(uname -m)" ;;
esac
printf 'version=%q\nepoch=%q\narch=%q\n' "$version" "$epoch" "$arch"
