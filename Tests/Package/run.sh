#!/usr/bin/env bash
# Builds the packages and the trees that they are installed in, and runs the tests; arguments go to unittest, such
# as -k purge. As root: the machines of the tests are namespaces. Nothing is installed on this machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [[ $EUID -ne 0 ]]; then
  echo "Tests/Package/run.sh: the tests of the package need root" >&2
  if [[ ${CI:-} == true ]]; then exit 77; fi
  exit 0
fi
out="$PWD/.build-package"
mkdir -p "$out"
exec 9> "$out/lock"
flock 9

# The version of today, and one before it.
for name in new old again; do
  rm -rf "${out:?}/$name"
  if [[ $name == old ]]; then export TIMEPROBE_VERSION=0.0.1; else unset TIMEPROBE_VERSION; fi
  for what in 'deb.sh deb' 'deb.sh tarball' image.sh; do
    # shellcheck disable=SC2086 # two words
    TIMEPROBE_DIST="$out/$name" packaging/scripts/$what > /dev/null
  done
done

# Systemd and chrony; the service of the latter never starts, for it would steer this machine's clock.
tree() { # SUITE
  local folder="$out/$1" packages=systemd,systemd-sysv,dbus,chrony,procps,udev
  if [[ -e $folder/.complete-2 ]]; then return; fi
  echo "package: debootstrap $1" >&2
  rm -rf "$folder"
  if ! debootstrap --variant=minbase "--include=$packages" "$1" "$folder" > "$out/$1.log" 2>&1; then
    tail -n 20 "$out/$1.log" >&2
    exit 69
  fi
  rm -f "$folder"/var/cache/apt/archives/*.deb
  ln -sf /dev/null "$folder/etc/systemd/system/chrony.service"
  touch "$folder/.complete-2"
}
tree bookworm
tree trixie

# Trixie once more, with the provisioning tools that there are examples for; none of their services starts.
tools="$out/tools"
if [[ ! -e $tools/.complete-4 ]]; then
  echo "package: ansible, cloud-init and cfengine in trixie" >&2
  rm -rf "$tools"
  cp -a "$out/trixie" "$tools"
  printf '#!/bin/sh\nexit 101\n' > "$tools/usr/sbin/policy-rc.d"
  chmod 755 "$tools/usr/sbin/policy-rc.d"
  if ! chroot "$tools" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o APT::Sandbox::User=root \
    install -y --no-install-recommends ansible-core python3-apt cloud-init cfengine3 > "$out/tools.log" 2>&1; then
    tail -n 20 "$out/tools.log" >&2
    exit 69
  fi
  rm -f "$tools"/var/cache/apt/archives/*.deb "$tools/usr/sbin/policy-rc.d"
  mkdir -p "$tools/etc/cloud"
  touch "$tools/etc/cloud/cloud-init.disabled"
  ln -sf /dev/null "$tools/etc/systemd/system/cfengine3.service"
  touch "$tools/.complete-4"
fi

export PYTHONDONTWRITEBYTECODE=1
status=0
timeout --foreground -k 10 900 python3 -m unittest discover -s Tests/Package -v "$@" || status=$?
# With names given, all of them may be another folder's: newer unittests call that 5.
if [[ $status -eq 5 && $# -gt 0 ]]; then status=0; fi
exit "$status"
