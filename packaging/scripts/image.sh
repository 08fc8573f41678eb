#!/usr/bin/env bash
# dist/timeprobe-<version>-<arch>.oci.tar, an OCI image layout, from dist/timeprobe.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version='' epoch='' arch=''
eval "$(packaging/scripts/version.sh)"
out="${TIMEPROBE_DIST:-dist}"
mkdir -p "$out"
file="$out/timeprobe-$version-$arch.oci.tar"
python3 packaging/scripts/image.py dist/timeprobe "$file.new" "$version" "$epoch" "$arch"
mv -f "$file.new" "$file"
echo "$file: $(stat -c %s "$file") bytes"
