#!/usr/bin/env bash
# Boots a Debian tree as a machine of its own in namespaces: systemd as its first process, a network that has
# nothing but loopback, an overlay over the tree. It has no CAP_SYS_TIME, so that nothing in it can touch the
# clock. For machine.py, which also takes the control groups away afterwards.
#
#   boot.sh outer CGROUP TREE SCRATCH     enters its control groups and namespaces
#   boot.sh inner TREE SCRATCH            mounts what a machine has, and becomes its first process
set -euo pipefail

outer() { # CGROUP TREE SCRATCH
  local procs
  for procs in /sys/fs/cgroup/"$1"/cgroup.procs /sys/fs/cgroup/*/"$1"/cgroup.procs; do
    if [[ -e $procs ]]; then echo $$ > "$procs"; fi
  done
  exec setpriv --bounding-set=-sys_time \
    unshare --mount --pid --fork --net --ipc --uts --cgroup --kill-child "$0" inner "$2" "$3"
}

control_groups() { # FOLDER
  if [[ $(stat -f -c %T /sys/fs/cgroup) == cgroup2fs ]]; then
    mount -t cgroup2 cgroup2 "$1"
    return
  fi
  mount -t tmpfs -o mode=755 tmpfs "$1"
  local name
  for name in systemd cpu devices freezer memory pids; do
    if [[ ! -d /sys/fs/cgroup/$name ]]; then continue; fi
    mkdir "$1/$name"
    if [[ $name == systemd ]]; then
      mount -t cgroup -o none,name=systemd cgroup "$1/$name"
    else
      mount -t cgroup -o "$name" cgroup "$1/$name"
    fi
  done
}

inner() { # TREE SCRATCH
  local root="$2/root" device
  mount --make-rprivate /
  mkdir -p "$2"/{upper,work,root}
  mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" overlay "$root"
  mount -t proc proc "$root/proc"
  mount -t sysfs -o ro sysfs "$root/sys"
  control_groups "$root/sys/fs/cgroup"
  mount -t tmpfs -o mode=755 tmpfs "$root/run"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mount -t tmpfs -o mode=755 tmpfs "$root/dev"
  for device in null zero full random urandom tty; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
  done
  mkdir "$root/dev/pts" "$root/dev/shm" "$root/run/lock"
  mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  ip link set lo up
  hostname machine
  # Where the tests look for what they made.
  if [[ -d $2/exchange ]]; then
    mkdir "$root/tmp/exchange"
    mount --bind "$2/exchange" "$root/tmp/exchange"
  fi
  exec env -i container=timeprobe-test PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
    chroot "$root" /lib/systemd/systemd --system
}

what="$1"
shift
"$what" "$@"
