#!/usr/bin/env bash
# Builds what the VM lab boots, below .build-vm/: a kernel (vmlinuz), and an initramfs in two parts: base.gz (modules,
# busybox, chronyd, chronyc, ip, ethtool, tc) is made anew only when its inputs changed, probe.gz (this folder's guest/ and the
# static timeprobe) each time. Prints nothing when there is nothing to do.
#
# The kernel is Debian's, of the version that linux-headers-amd64 stands for today; it is unpacked, not installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

here="$PWD/Tests/VM"
out="$PWD/.build-vm"
binary="${TIMEPROBE_BINARY:-$PWD/dist/timeprobe}"
chrony="$PWD/.build-lab-tools/chrony/usr"
modules=(virtio_pci virtio_console virtio_blk e1000e veth sch_netem tpnic)
programs=("$chrony"/sbin/chronyd "$chrony"/bin/chronyc /sbin/ip /sbin/tc /sbin/ethtool)
busybox="$out/busybox/bin/busybox"

mkdir -p "$out"
say() { echo "vm: $*" >&2; }

# One build at a time; the tests may be started twice.
exec 9> "$out/lock"
flock 9

[[ -x $binary ]] || { say "$binary is missing: run 'make static'"; exit 69; }
Tests/Lab/fetch-servers.sh

# ---- the kernel, and tpnic for it

# The newest whose headers are here; the -cloud kernels have no e1000e.
newest() {
  find /lib/modules -mindepth 1 -maxdepth 1 -name '*-amd64' ! -name '*-cloud-*' ! -name '*-rt-*' -printf '%f\n' \
    | sort -V | tail -n 1
}
version="$(newest)"
[[ -n $version ]] || { say "linux-headers-amd64 is missing: run 'make deps'"; exit 69; }

# Leaves the .deb in fetch/.
download() { # PACKAGE
  rm -rf "$out/fetch"
  mkdir -p "$out/fetch"
  (cd "$out/fetch" && apt-get -qq -o APT::Sandbox::User=root download "$1" > "$out/fetch.log" 2>&1)
}
update_lists() { [[ $EUID -ne 0 ]] || apt-get -qq update >> "$out/fetch.log" 2>&1; }
give_up() { cat "$out/fetch.log" >&2; exit 69; }

fetch_kernel() {
  say "fetching linux-image-$version"
  rm -rf "$out/kernel"
  if ! download "linux-image-$version"; then
    # The pool drops old versions: take today's list, and today's headers.
    update_lists
    if ! download "linux-image-$version"; then
      [[ $EUID -eq 0 ]] || give_up
      DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends linux-headers-amd64 \
        >> "$out/fetch.log" 2>&1 || give_up
      version="$(newest)"
      download "linux-image-$version" || give_up
    fi
  fi
  dpkg -x "$out"/fetch/linux-image-*.deb "$out/kernel"
  rm -rf "$out/fetch" "$out/fetch.log"
  echo "$version" > "$out/kernel/version"
}

if [[ $(cat "$out/kernel/version" 2> /dev/null || true) != "$version" ]]; then fetch_kernel; fi
tree="$out/kernel/lib/modules/$version"

stamp_of() { # WORDS AND FILES...: changes when one of them does
  local word
  for word in "$@"; do
    if [[ -f $word ]]; then sha256sum "$word"; else echo "$word"; fi
  done | sha256sum | cut -d ' ' -f 1
}
is_current() { [[ -e $1 && $(cat "$1.stamp" 2> /dev/null || true) == "$2" ]]; }

tpnic="$tree/extra/tpnic.ko"
stamp="$(stamp_of "$version" "$here/tpnic/tpnic.c" "$here/tpnic/Makefile")"
if ! is_current "$tpnic" "$stamp"; then
  say "building tpnic for $version"
  rm -rf "$out/tpnic"
  cp -R "$here/tpnic" "$out/tpnic"
  if ! make -s -C "/lib/modules/$version/build" M="$out/tpnic" CONFIG_DEBUG_INFO_BTF_MODULES= modules \
    > "$out/tpnic.log" 2>&1; then
    cat "$out/tpnic.log" >&2
    exit 1
  fi
  strip --strip-debug "$out/tpnic/tpnic.ko"
  mkdir -p "${tpnic%/*}"
  cp "$out/tpnic/tpnic.ko" "$tpnic"
  depmod -b "$out/kernel" "$version"
  echo "$stamp" > "$tpnic.stamp"
fi

# ---- the initramfs

# Unpacked: as a package it would remove the other busybox.
if [[ ! -x $busybox ]]; then
  say "fetching busybox-static"
  download busybox-static || { update_lists; download busybox-static; } || give_up
  dpkg -x "$out"/fetch/busybox-static*.deb "$out/busybox"
  rm -rf "$out/fetch" "$out/fetch.log"
fi

archive() { # FOLDER FILE
  (cd "$1" && find . -mindepth 1 -printf '%P\0' | sort -z | cpio --quiet -0 -o -H newc -R 0:0) | gzip -1 > "$2.new"
  mv "$2.new" "$2"
}

libraries() { sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/lib[^ ]*\) .*/\1/p' "$out/ldd" | sort -u; }

make_base() {
  local root="$out/base" file module
  rm -rf "$root"
  ldd "${programs[@]}" > "$out/ldd"
  if grep 'not found' "$out/ldd" >&2; then exit 69; fi
  mkdir -p "$root"/{bin,dev,etc,lib,proc,root,run,sys,tmp,usr/bin,usr/sbin,var/lib/chrony,var/run}
  cp "$busybox" "$root/bin/busybox"
  install -m 755 "${programs[@]}" "$root/usr/sbin/"
  while IFS= read -r file; do
    mkdir -p "$root${file%/*}"
    cp -L "$file" "$root$file"
  done < <(libraries)
  for module in "${modules[@]}"; do
    modprobe -C /dev/null -d "$out/kernel" -S "$version" --show-depends "$module" > "$out/depends" || {
      say "no module $module in $version"
      exit 1
    }
    while read -r _ file _; do
      install -D -m 644 "$file" "$root/${file#"$out/kernel/"}"
    done < <(grep '^insmod ' "$out/depends")
  done
  rm -f "$out/depends" "$out/ldd"
  cp "$tree"/modules.{order,builtin,builtin.modinfo} "$root/lib/modules/$version/"
  depmod -b "$root" "$version"
  echo 'root:x:0:0:root:/root:/bin/sh' > "$root/etc/passwd"
  echo 'nobody:x:65534:65534:nobody:/:/bin/sh' >> "$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' > "$root/etc/group"
  echo '127.0.0.1 localhost' > "$root/etc/hosts"
  archive "$root" "$out/base.gz"
  rm -rf "$root"
}

stamp="$(stamp_of "$version" "$here/build.sh" "$tpnic" "$busybox" "${programs[@]}")"
if ! is_current "$out/base.gz" "$stamp"; then
  say "packing the initramfs"
  make_base
  echo "$stamp" > "$out/base.gz.stamp"
fi

rm -rf "$out/probe"
mkdir -p "$out/probe/usr/bin" "$out/probe/lab"
install -m 755 "$binary" "$out/probe/usr/bin/timeprobe"
install -m 755 "$here/guest/init" "$out/probe/init"
install -m 644 "$here"/guest/*.sh "$out/probe/lab/"
archive "$out/probe" "$out/probe.gz"
rm -rf "$out/probe"
cp "$out/kernel/boot/vmlinuz-$version" "$out/vmlinuz.new"
mv "$out/vmlinuz.new" "$out/vmlinuz"
