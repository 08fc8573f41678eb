#!/bin/sh
# Fetches the NTP servers that the lab tests ask, and the collectors that they stream to, from the distribution's packages.
# They are unpacked side by side below .build-lab-tools/ and not installed: as packages they remove one
# another, and an installed one may be started by the service manager and steer this machine's clock. Quick
# and without network when everything is there already; `--force` fetches again.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
tools=$(CDPATH='' cd -- "$here/../.." && pwd)/.build-lab-tools
mkdir -p "$tools"
[ "${1:-}" = --force ] && rm -f "$tools"/*/.complete

say() { printf 'fetch-servers: %s\n' "$*" >&2; }

# Without root apt cannot drop to its own user, and as root that user cannot read a private folder.
apt() { apt-get -q -o APT::Sandbox::User=root "$@"; }

download() { # package: leaves its .deb in the current folder
  apt download "$1" >/dev/null 2>&1 && return
  [ "$(id -u)" -eq 0 ] && apt update >/dev/null
  apt download "$1" >/dev/null
}

# What a program misses is installed by name from its package's Depends, but only where that removes nothing
# and changes nothing that is there.
libraries() { # package program
  ldd "$2" | grep -q 'not found' || return 0
  names=$(dpkg-deb -f "$tools/$1.deb" Depends | tr ',' '\n' |
    sed -n 's/^ *\(lib[^ (|]*\).*/\1/p' | tr '\n' ' ')
  # shellcheck disable=SC2086 # one word a package
  if apt install -s --no-install-recommends --no-upgrade $names | grep -q '^Remv'; then
    say "the libraries of $1 would remove other packages; install by hand: $names"
    return 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    say "$1 needs libraries; as root: apt-get install --no-install-recommends $names"
    return 1
  fi
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt install -y --no-install-recommends --no-upgrade $names
}

fetch() { # package program-inside-it
  [ -e "$tools/$1/.complete" ] && [ -x "$tools/$1/$2" ] && return 0
  say "fetching $1"
  work=$(mktemp -d "$tools/fetch.XXXXXX")
  (cd "$work" && download "$1" && mv ./*.deb "$tools/$1.deb")
  rm -rf "$work" "${tools:?}/$1"
  dpkg -x "$tools/$1.deb" "$tools/$1"
  libraries "$1" "$tools/$1/$2"
  dpkg-deb -f "$tools/$1.deb" Version >"$tools/$1/.complete"
  rm -f "$tools/$1.deb"
}

fetch chrony usr/sbin/chronyd
fetch ntpsec usr/sbin/ntpd
fetch openntpd usr/sbin/ntpd

# Those who read what the service streams.
fetch rsyslog usr/sbin/rsyslogd
fetch prometheus usr/bin/promtool
fetch prometheus-node-exporter usr/bin/prometheus-node-exporter
fetch influxdb usr/bin/influxd
fetch netcat-openbsd bin/nc.openbsd
fetch socat usr/bin/socat

# OpenNTPD says "synchronised" only after adjtime() succeeded twice, which must never happen to this machine.
# This library, loaded into it alone, answers for the kernel without calling it. LAB_HASTE makes its monotonic
# clock and its poll run that many times faster: otherwise it needs two minutes to reach that state.
still=$tools/stillclock.so
if [ -z "$(find "$still" -newer "$here/fetch-servers.sh" 2>/dev/null)" ]; then
  compiler=$(command -v clang || command -v cc || command -v gcc) || {
    say 'no C compiler for stillclock.so'
    exit 1
  }
  "$compiler" -x c -std=gnu11 -Wall -Wextra -Werror -O1 -shared -fPIC -o "$still.new" - <<'C'
#define _GNU_SOURCE
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static long haste(void) {
  const char *text = getenv("LAB_HASTE");
  long factor = text ? atol(text) : 1;
  return factor < 1 ? 1 : factor;
}

int adjtime(const struct timeval *delta, struct timeval *old) {
  (void)delta;
  if (old) memset(old, 0, sizeof *old);
  return 0;
}
int adjtimex(struct timex *t) { (void)t; return 0; }
int ntp_adjtime(struct timex *t) { (void)t; return 0; }
int clock_adjtime(clockid_t c, struct timex *t) { (void)c; (void)t; return 0; }
int settimeofday(const struct timeval *t, const struct timezone *z) { (void)t; (void)z; return 0; }
int clock_settime(clockid_t c, const struct timespec *t) { (void)c; (void)t; return 0; }

int clock_gettime(clockid_t clock, struct timespec *t) {
  int result = (int)syscall(SYS_clock_gettime, clock, t);
  if (result == 0 && clock == CLOCK_MONOTONIC) {
    long long ns = (t->tv_sec * 1000000000LL + t->tv_nsec) * haste();
    t->tv_sec = ns / 1000000000LL;
    t->tv_nsec = ns % 1000000000LL;
  }
  return result;
}

int poll(struct pollfd *fds, nfds_t count, int timeout_ms) {
  int ms = timeout_ms > 0 ? (int)(timeout_ms / haste()) + 1 : timeout_ms;
  struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
  return (int)syscall(SYS_ppoll, fds, count, timeout_ms < 0 ? 0 : &t, 0, 0);
}
C
  mv "$still.new" "$still"
fi
