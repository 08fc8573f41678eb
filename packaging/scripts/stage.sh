#!/usr/bin/env bash
# Lays out what is installed, below the folder DEST, which must not be there: all of the .deb and of the tarball.
#
#   stage.sh DEST
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dest="${1:?usage: stage.sh DEST}"
if [[ -e $dest ]]; then
  echo "stage.sh: $dest is there" >&2
  exit 1
fi
epoch=''
eval "$(packaging/scripts/version.sh)"
umask 022

put() { install -D -m 644 "$1" "$dest/$2"; } # FILE PLACE
# -n: neither name nor time.
squeeze() { mkdir -p "$(dirname "$dest/$2")" && gzip -9nc "$1" > "$dest/$2"; } # FILE PLACE

install -D -m 755 dist/timeprobe "$dest/usr/bin/timeprobe"
put packaging/timeprobe.conf etc/timeprobe/timeprobe.conf
mkdir -p "$dest/etc/timeprobe/conf.d"
put packaging/systemd/timeprobe.service usr/lib/systemd/system/timeprobe.service
put packaging/systemd/timeprobe.sysusers usr/lib/sysusers.d/timeprobe.conf
put packaging/systemd/timeprobe.tmpfiles usr/lib/tmpfiles.d/timeprobe.conf
put packaging/systemd/60-timeprobe.rules usr/lib/udev/rules.d/60-timeprobe.rules
squeeze packaging/man/timeprobe.1 usr/share/man/man1/timeprobe.1.gz
squeeze packaging/man/timeprobe.conf.5 usr/share/man/man5/timeprobe.conf.5.gz
put packaging/completions/timeprobe.bash usr/share/bash-completion/completions/timeprobe
put packaging/completions/_timeprobe usr/share/zsh/vendor-completions/_timeprobe
put packaging/completions/timeprobe.fish usr/share/fish/vendor_completions.d/timeprobe.fish
doc=usr/share/doc/timeprobe
put packaging/deb/copyright "$doc/copyright"
for page in README.md docs/method.md docs/operating.md docs/records.md docs/records.schema.json; do
  squeeze "$page" "$doc/$(basename "$page").gz"
done

for example in packaging/examples/*; do put "$example" "$doc/examples/$(basename "$example")"; done

find "$dest" -exec touch --no-dereference --date="@$epoch" {} +
