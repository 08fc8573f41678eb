"""A Debian machine in namespaces, booted with systemd from a tree that run.sh made with debootstrap."""

import contextlib
import glob
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILT = os.environ.get("TIMEPROBE_PACKAGES", os.path.join(ROOT, ".build-package"))

NTP = """
local stratum 1
allow all
cmdport 0
bindaddress 127.0.0.1
pidfile /run/reference.pid
driftfile /run/reference.drift
"""


def packages(name):
    """The .deb of this name among those that run.sh built: "old" or "new"."""
    found = glob.glob(os.path.join(BUILT, name, "timeprobe_*.deb"))
    assert len(found) == 1, found
    return found[0]


def eventually(look, seconds=30, what=""):
    """What `look` finds; it is asked again until it finds something."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what or look}")
        time.sleep(0.05)


class Machine(contextlib.AbstractContextManager):
    def __init__(self, suite):
        self.tree = os.path.join(BUILT, suite)
        self.cgroup = f"timeprobe-test-{uuid.uuid4().hex[:8]}"

    def __enter__(self):
        self.scratch = tempfile.mkdtemp(prefix="machine.", dir=BUILT)
        self.exchange = os.path.join(self.scratch, "exchange")
        os.mkdir(self.exchange)
        for folder in self._cgroups("/sys/fs/cgroup", "/sys/fs/cgroup/*"):
            with contextlib.suppress(OSError):
                os.mkdir(folder)
            # Version 1 gives a new group no real time.
            with contextlib.suppress(OSError), open(os.path.join(folder, "cpu.rt_runtime_us"), "r+") as file:
                file.write("100000")
        self.log = open(os.path.join(self.scratch, "boot.log"), "w+b")
        self.process = subprocess.Popen(
            [os.path.join(HERE, "boot.sh"), "outer", self.cgroup, self.tree, self.scratch],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)
        try:
            self.first = eventually(self._first, what="the first process")
            eventually(self._is_up, 60, "systemd to be up")
        except BaseException:
            self.__exit__()
            raise
        return self

    def _cgroups(self, *places):
        for place in places:
            for base in glob.glob(place):
                if os.path.exists(os.path.join(base, "cgroup.procs")) and not base.endswith("cpuset"):
                    yield os.path.join(base, self.cgroup)

    def _first(self):
        if self.process.poll() is not None:
            self.log.seek(0)
            raise AssertionError(self.log.read().decode())
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
            children = file.read().split()
        for child in children:
            with contextlib.suppress(OSError), open(f"/proc/{child}/comm") as file:
                if file.read().strip() == "systemd":
                    return int(child)
        return None

    def _is_up(self):
        state = self.run("systemctl is-system-running", check=False).stdout.strip()
        return state in ("running", "degraded")

    def run(self, script, check=True, seconds=60, **more):
        """A shell script inside. Like all of the machine it cannot set the clock."""
        done = subprocess.run(
            ["setpriv", "--bounding-set=-sys_time", "nsenter", "-t", str(self.first), "-a", "-r", "-w",
             "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive",
             "/bin/bash", "-euo", "pipefail", "-c", script],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=seconds,
            **more)
        if check and done.returncode != 0:
            raise AssertionError(f"{script}\nended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def write(self, path, text):
        with open(os.path.join(self.exchange, "text"), "w") as file:
            file.write(text)
        self.run(f"mkdir -p $(dirname {path}) && cp /tmp/exchange/text {path}")

    def give(self, path):
        """Makes a file of the outside known inside, by the path that it returns."""
        name = os.path.basename(path)
        shutil.copy(path, os.path.join(self.exchange, name))
        return f"/tmp/exchange/{name}"

    def install(self, name, seconds=60):
        """As a provisioning tool does: no terminal, no question."""
        return self.run(f"dpkg -i {self.give(packages(name))}", seconds=seconds)

    def reference(self):
        """chronyd, which never touches the clock (-x), as a stratum 1 at 127.0.0.1."""
        self.write("/etc/reference.conf", NTP)
        self.run("systemd-run --quiet --unit=reference chronyd -x -d -f /etc/reference.conf")

    def journal(self, unit="timeprobe"):
        return self.run(f"journalctl -o cat --no-pager -u {unit}").stdout

    def show(self, what, unit="timeprobe"):
        return self.run(f"systemctl show --value -p {what} {unit}").stdout.strip()

    def lines(self, path):
        """The records of a file inside, whole lines only."""
        text = self.run(f"cat {path} 2> /dev/null || true").stdout
        return [json.loads(line) for line in text.split("\n")[:-1] if line]

    def records(self, path, kind):
        return [record for record in self.lines(path) if record["kind"] == kind]

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()
        for folder in self._cgroups("/sys/fs/cgroup", "/sys/fs/cgroup/*"):
            eventually(lambda: self._remove(folder), 20, f"{folder} to be empty")
        shutil.rmtree(self.scratch)

    @staticmethod
    def _remove(folder):
        for path, _, _ in os.walk(folder, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(path)
        return not os.path.exists(folder)
