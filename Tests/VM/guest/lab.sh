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

# Runs a command in a control group (version 2) that has QUOTA of each PERIOD, both in microseconds; then prints the
# group's cpu.stat.
throttle() { # QUOTA PERIOD COMMAND...
  _group=/sys/fs/cgroup/throttled
  echo +cpu > /sys/fs/cgroup/cgroup.subtree_control
  mkdir -p $_group
  echo "$1 $2" > $_group/cpu.max
  shift 2
  sh -c "echo 0 > $_group/cgroup.procs; exec \"\$@\"" throttle "$@"
  cat $_group/cpu.stat
  rmdir $_group
}
