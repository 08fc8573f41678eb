#!/usr/bin/env bash
# Builds the shipped binary, fully static, into dist/timeprobe, and holds it to its size.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

limit=2097152
scratch=.build-embedded

TIMEPROBE_EMBEDDED=1 swift build -c release --product timeprobe --scratch-path "$scratch"

mkdir -p dist
# A new file, then a rename: a running copy keeps its own.
install -m 755 "$scratch/release/timeprobe" dist/timeprobe.new
mv -f dist/timeprobe.new dist/timeprobe

size="$(stat -c %s dist/timeprobe)"
if [[ $size -gt $limit ]]; then
  echo "dist/timeprobe has $size bytes; the limit is $limit" >&2
  exit 1
fi
kind="$(file -b dist/timeprobe)"
if [[ $kind != *"statically linked"* && $kind != *"static-pie linked"* ]]; then
  echo "dist/timeprobe is not static: $kind" >&2
  exit 1
fi
echo "dist/timeprobe: $size bytes of $limit, static"
