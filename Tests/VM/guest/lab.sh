# shellcheck shell=dash
# Before each script in the guest. busybox's sh prefers its own ip and tc to those on PATH.
ip() { /usr/sbin/ip "$@"; }
tc() { /usr/sbin/tc "$@"; }

clocksource=/sys/devices/system/clocksource/clocksource0
guest=10.97.0.2
reference=10.97.0.1

# tpnic with these parameters: tp0 here at $guest, tp1 in the namespace `far` at $reference.
plug() { # PARAMETER=VALUE...
  modprobe tpnic "$@"
  ip netns add far
  ip link set tp1 netns far
  ip addr add $guest/24 dev tp0
  ip link set tp0 up
  ip netns exec far /usr/sbin/ip addr add $reference/24 dev tp1
  ip netns exec far /usr/sbin/ip link set tp1 up
  ip netns exec far /usr/sbin/ip link set lo up
}

unplug() {
  ip netns del far
  modprobe -r tpnic
}

current() { cat $clocksource/current_clocksource; }
left_tsc() { [ "$(current)" != tsc ]; }
has_tsc() { [ "$(current)" = tsc ]; }

# Polls until the command succeeds, at most 5 s, or what $patience says in seconds.
eventually() {
  _tries=0
  until "$@" > /dev/null 2>&1; do
    _tries=$((_tries + 1))
    if [ $_tries -gt $((${patience:-5} * 20)) ]; then
      echo "not within ${patience:-5} s: $*" >&2
      return 1
    fi
    usleep 50000
  done
}

# chronyd in `far`, serving the guest's own clock without touching it: the true offset is 0. Its id goes to /run/far.pid.
serve() { # DIRECTIVE...
  {
    echo 'local stratum 1'
    echo 'allow all'
    echo 'cmdport 0'
    echo 'bindcmdaddress /'
    echo "bindaddress $reference"
    echo 'pidfile /run/far.pid'
    for _line in "$@"; do echo "$_line"; done
  } > /run/far.conf
  ip netns exec far /usr/sbin/chronyd -x -d -U -u root -f /run/far.conf > /run/far.log 2>&1 &
  patience=20 eventually timeprobe --burst $reference -n 1 -t 200ms -q
}

# chronyd, which disciplines the guest's clock by tpnic's first PTP clock. What it says goes to /run/steer.log.
steer() { # DIRECTIVE...
  mkdir -p /run/chrony
  chmod 700 /run/chrony
  {
    echo 'refclock PHC /dev/ptp0 refid PHC poll 0 dpoll -2'
    echo 'cmdport 0'
    echo 'pidfile /run/steer.pid'
    for _line in "$@"; do echo "$_line"; done
  } > /run/steer.conf
  chronyd -d -U -u root -f /run/steer.conf > /run/steer.log 2>&1 &
}

# chronyd, which lets the guest's clock follow this server.
follow() { # ADDRESS
  mkdir -p /run/chrony
  chmod 700 /run/chrony
  {
    echo "server $1 iburst minpoll -2 maxpoll -2"
    echo 'makestep 0.1 1'
    echo 'cmdport 0'
    echo 'pidfile /run/steer.pid'
  } > /run/steer.conf
  chronyd -d -U -u root -f /run/steer.conf > /run/steer.log 2>&1 &
  eventually test -S /run/chrony/chronyd.sock
  chronyc -n waitsync 60 0.01 0 1 > /run/waitsync 2>&1 || { cat /run/waitsync /run/steer.log >&2; return 1; }
}

# Until chronyd says that it is within 100 ns of the PTP clock and knows its rate to 0.05 ppm; then what it says.
settle() {
  eventually test -S /run/chrony/chronyd.sock
  chronyc -n waitsync 240 0.0000001 0.05 0.5 > /run/waitsync 2>&1 || { cat /run/waitsync /run/steer.log >&2; return 1; }
  chronyc -n tracking
}

# Each whose id is in the file, if there is one, is told to end, and has ended when this returns.
end() { # FILE SIGNAL
  [ -e "$1" ] || return 0
  while read -r _id; do
    kill "-$2" "$_id" 2> /dev/null || continue
    # To one that runs it would look like the end of a stop.
    ! grep -q '^State:[[:space:]]*T' "/proc/$_id/status" || kill -CONT "$_id"
    eventually gone "$_id"
  done < "$1"
  rm -f "$1"
}
gone() { ! grep -q '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status"; }

# The device by this hardware address, as Outside in outside.py has it: the hosts 10.98.0.1 and 10.98.0.2 are behind it.
reach_outside() {
  modprobe e1000e
  for _link in /sys/class/net/*; do
    [ "$(cat "$_link/address")" = 02:00:00:00:01:00 ] || continue
    ip addr add 10.98.0.9/24 dev "${_link##*/}"
    ip link set "${_link##*/}" up
  done
  patience=20 eventually timeprobe --burst 10.98.0.1 -n 1 -t 500ms -c 1min -q
}

# A burst of its own floor in the background: its records go to /run/burst.jsonl. It runs until `end_burst`.
begin_burst() { # OPTION...
  begin_asking --self "$@"
}
begin_asking() { # REFERENCE OR OPTION...
  rm -f /run/burst.jsonl
  timeprobe --burst -d 1h -f jsonl -o /run/burst.jsonl "$@" > /run/burst.log 2>&1 &
  echo $! > /run/burst.pid
  patience=20 eventually told '"kind":"sample"' 1
}
end_burst() { end /run/burst.pid INT; }

# The raw clock, by which records tell when. /proc/uptime goes as fast, but the two part while the kernel boots.
raw_now() { timeprobe --burst --self -n 1 -f jsonl 2> /dev/null | sed -n '1s/.*"raw":"\([0-9.]*\)".*/\1/p'; }

# Whether the burst has told of something so often.
told() { # WORDS TIMES
  [ "$(grep -c -e "$1" /run/burst.jsonl)" -ge "$2" ]
}

# So many processes for each processor that do nothing, as fast as they can; until `calm`.
overload() { # NUMBER
  _left=$(($1 * $(nproc)))
  while [ $_left -gt 0 ]; do
    sh -c 'while :; do :; done' > /dev/null 2>&1 &
    echo $! >> /run/busy.pid
    _left=$((_left - 1))
  done
}
calm() { end /run/busy.pid KILL; }

# Of a burst's records all but the samples and stalls, and how many there were of these.
digest() {
  awk '
    /"kind":"sample"/ { samples++; next }
    /"cause":"guest-stall"/ { stalls++; next }
    { print }
    END { printf "{\"kind\":\"digest\",\"samples\":%d,\"stalls\":%d}\n", samples, stalls }'
}

# Runs a command in a control group (version 2) with one setting, as `cpu.max "QUOTA PERIOD"` in microseconds. What the
# group's cpu.stat says in the end goes to /run/cpu.stat.
in_group() { # SETTING VALUE COMMAND...
  _group=/sys/fs/cgroup/lab
  echo +cpu > /sys/fs/cgroup/cgroup.subtree_control
  mkdir -p $_group
  echo "$2" > "$_group/$1"
  shift 2
  _status=0
  sh -c "echo 0 > $_group/cgroup.procs; exec \"\$@\"" in_group "$@" || _status=$?
  cat $_group/cpu.stat > /run/cpu.stat
  rmdir $_group
  return $_status
}
