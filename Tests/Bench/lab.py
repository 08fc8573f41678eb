"""Namespaces, servers and programs for bench.py; everything made here is removed again, also on Ctrl-C.

Two network namespaces are joined by a veth pair: the server lives in `a`, the clients in `b`. Both run on
the same clock, so the true offset is 0.
"""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "Tests" / "Bench"
BUILT = ROOT / ".build-bench"
TOOLS = ROOT / ".build-lab-tools"
SERVER = "10.97.0.1"
CLIENT = "10.97.0.2"
PORT = 123


def fail(text):
    raise SystemExit(f"bench: {text}")


def alive(pid):
    """Whether that process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def sh(*words, check=True):
    return subprocess.run(words, check=check, capture_output=True, text=True)


@dataclass
class Result:
    """What launch.c says of a program that has ended."""

    wall_s: float
    cpu_us: float
    rss_kib: int
    status: int
    exec_ns: int  # REALTIME at exec
    stderr: str


class Program:
    """A program under launch.c, which enters the namespace and counts CPU and peak memory exactly."""

    def __init__(self, lab, command, netns=None, root=None, stdout="/dev/null", pipe=False):
        self.lab = lab
        lab.serial += 1
        self.result_path = lab.folder / f"result-{lab.serial}"
        self.stderr_path = lab.folder / f"stderr-{lab.serial}"
        words = [str(BUILT / "launch"), "-e", str(self.stderr_path)]
        if not pipe:
            words += ["-o", str(stdout)]
        if netns:
            words += ["-n", lab.netns(netns)]
        if root:
            words += ["-r", str(root)]
        words += [str(self.result_path)] + [str(word) for word in command]
        self.command = command
        # A session of its own: a Ctrl-C reaches this driver alone, which then ends the others in order.
        self.process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if pipe else None,
            env=lab.environment, start_new_session=True)
        lab.programs.append(self)

    @property
    def pid(self):
        """The program's own id (not the launcher's)."""
        for _ in range(500):
            if self.result_path.exists():
                words = self.result_path.read_text().split()
                if len(words) >= 2:
                    return int(words[1])
            time.sleep(0.002)
        fail(f"{self.command[0]} did not start")

    def running(self):
        return self.process.poll() is None

    def stop(self):
        if self.running():
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self in self.lab.programs:
            self.lab.programs.remove(self)

    def wait(self, timeout):
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.stop()
            fail(f"still running after {timeout:.0f} s: {' '.join(map(str, self.command))}")
        self.lab.programs.remove(self)
        return self.result()

    def result(self):
        words = self.result_path.read_text().split()
        values = dict(zip(words[::2], map(int, words[1::2])))
        if "status" not in values:
            fail(f"no result: {' '.join(map(str, self.command))}")
        stderr = self.stderr_path.read_text(errors="replace") if self.stderr_path.exists() else ""
        self.result_path.unlink()
        self.stderr_path.unlink(missing_ok=True)
        return Result(
            wall_s=values["wall_ns"] / 1e9, cpu_us=values["user_us"] + values["sys_us"],
            rss_kib=values["maxrss_kb"], status=values["status"], exec_ns=values["exec_realtime_ns"],
            stderr=stderr)


class Lab:
    def __init__(self, binary):
        self.binary = Path(binary).resolve()
        self.folder = BUILT / f"run-{os.getpid()}"
        self.programs = []
        self.serial = 0
        self.prefix = f"tpb-{os.getpid()}-"
        self.joined = False
        self.sweep()
        self.folder.mkdir(parents=True)
        atexit.register(self.close)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.interrupted)
        self.compile()

    @property
    def environment(self):
        values = dict(os.environ, LC_ALL="C", TZ="UTC", PYTHONDONTWRITEBYTECODE="1",
                      PYTHONPATH=str(TOOLS / "ntpdig/usr/lib/python3/dist-packages"))
        # ntpdig's packet code needs its C library, which Debian keeps in a folder of its own.
        libraries = [str(path.parent) for path in TOOLS.glob("ntpdig/usr/lib/*/ntp/libntpc.so*")]
        if libraries:
            values["LD_LIBRARY_PATH"] = libraries[0]
        return values

    # -- life and death

    @staticmethod
    def interrupted(number, _frame):
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(128 + number)

    def close(self):
        for program in list(self.programs):
            program.stop()
        if self.joined:
            for name in ("a", "r", "b"):
                sh("ip", "netns", "del", self.netns(name), check=False)
            self.joined = False
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def sweep():
        """What a driver that was killed outright could not remove."""
        folder = Path("/run/netns")
        names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
        for name in names:
            part = name.split("-")
            if len(part) == 3 and part[0] == "tpb" and not alive(part[1]):
                sh("ip", "netns", "del", name, check=False)
        for old in BUILT.glob("run-*"):
            if not alive(old.name[4:]):
                shutil.rmtree(old, ignore_errors=True)

    def netns(self, name):
        return self.prefix + name

    # -- parts

    @staticmethod
    def compile():
        BUILT.mkdir(exist_ok=True)
        for name in ("client", "launch", "loop", "reference", "relay"):
            source, target = BENCH / f"{name}.c", BUILT / name
            if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
                done = sh("cc", "-O2", "-static", "-std=c11", "-Wall", "-Wextra", "-o", str(target),
                          str(source), "-lm", check=False)
                if done.returncode:
                    fail(done.stderr)

    @staticmethod
    def fetch(folder, program, packages):
        """Unpacks Debian packages into .build-lab-tools/FOLDER; installs nothing."""
        target = TOOLS / folder
        if (target / program).exists():
            return target / program
        print(f"bench: fetching {' '.join(packages)}", file=sys.stderr)
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as archive:
            os.chmod(archive, 0o755)  # apt-get downloads as a user of its own
            done = subprocess.run(
                ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *packages],
                cwd=archive, capture_output=True, text=True)
            if done.returncode:
                fail(f"apt-get download {' '.join(packages)}: {done.stderr.strip()}")
            for package in Path(archive).glob("*.deb"):
                sh("dpkg", "-x", str(package), str(target))
        return target / program

    @staticmethod
    def chronyd():
        program = TOOLS / "chrony" / "usr/sbin/chronyd"
        script = ROOT / "Tests" / "Lab" / "fetch-servers.sh"
        if not program.exists() and script.exists():
            subprocess.run([str(script)], check=True, stdout=sys.stderr)  # the lab's; it also finds libraries
        program = Lab.fetch("chrony", "usr/sbin/chronyd", ["chrony"])
        lost = [line.split()[0] for line in sh("ldd", str(program)).stdout.splitlines() if "not found" in line]
        if lost:
            fail(f"chronyd lacks {', '.join(lost)}")
        return program

    @staticmethod
    def ntpdig():
        return Lab.fetch("ntpdig", "usr/bin/ntpdig", ["ntpsec-ntpdig", "python3-ntp"])

    def join(self):
        """Makes the two namespaces."""
        if self.joined:
            return
        if os.geteuid() != 0:
            fail("network namespaces need root")
        self.joined = True
        for name in ("a", "b"):
            sh("ip", "netns", "add", self.netns(name))
            sh("ip", "-n", self.netns(name), "link", "set", "lo", "up")
        a, b = self.netns("a"), self.netns("b")
        sh("ip", "-n", a, "link", "add", "v0", "type", "veth", "peer", "name", "v0", "netns", b)
        for name, address in ((a, SERVER), (b, CLIENT)):
            sh("ip", "-n", name, "address", "add", f"{address}/24", "dev", "v0")
            sh("ip", "-n", name, "link", "set", "v0", "up")

    def join_by_router(self, near, client, far, servers):
        """Makes three: `b` with the address `client`, a router `r` with `near` and `far`, and `a` with the servers'."""
        if os.geteuid() != 0:
            fail("network namespaces need root")
        self.joined = True
        a, r, b = (self.netns(name) for name in "arb")
        for name in (a, r, b):
            sh("ip", "netns", "add", name)
            sh("ip", "-n", name, "link", "set", "lo", "up")
        sh("ip", "netns", "exec", r, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        for name, device, addresses, here in ((b, "vb", [client], near), (a, "va", servers, far)):
            sh("ip", "-n", r, "link", "add", device, "type", "veth", "peer", "name", "v0", "netns", name)
            sh("ip", "-n", r, "address", "add", f"{here}/24", "dev", device)
            sh("ip", "-n", r, "link", "set", device, "up")
            for address in addresses:
                sh("ip", "-n", name, "address", "add", f"{address}/24", "dev", "v0")
            sh("ip", "-n", name, "link", "set", "v0", "up")
            sh("ip", "-n", name, "route", "add", "default", "via", here)

    def run(self, command, timeout=60.0, **keywords):
        return Program(self, command, **keywords).wait(timeout)

    def start_chronyd(self, netns, name, lines):
        """chronyd that never touches the clock (-x), in the foreground."""
        config = self.folder / f"{name}.conf"
        config.write_text("\n".join([
            *lines, "cmdport 0", "bindcmdaddress /", f"pidfile {self.folder}/{name}.pid", ""]))
        return Program(self, [self.chronyd(), "-x", "-d", "-u", "root", "-f", config], netns=netns)

    def start_server(self):
        """The reference that every client asks: chronyd, local stratum 1."""
        self.join()
        server = self.start_chronyd("a", "server", [
            "local stratum 1", "allow all", f"bindaddress {SERVER}", f"port {PORT}"])
        self.await_reply(server)
        return server

    def start_timeprobe_server(self):
        self.join()
        server = Program(self, [self.binary, "--serve", f"{SERVER}:{PORT}"], netns="a")
        self.await_reply(server)
        return server

    def await_reply(self, server):
        """Until the server answers the C client."""
        for _ in range(20):
            if not server.running():
                fail(f"the server ended: {server.stderr_path.read_text(errors='replace')}")
            out = self.folder / "probe"
            self.run([BUILT / "client", SERVER, PORT, 1, 1000], netns="b", stdout=out)
            if " received 1 " in out.read_text():
                return
            time.sleep(0.1)
        fail("the server does not answer")

    def busy(self, count):
        """Processes that want the whole of a core each."""
        return [Busy(self) for _ in range(count)]


class Busy:
    def __init__(self, lab):
        self.lab = lab
        self.process = subprocess.Popen([str(BUILT / "launch"), "-b"], start_new_session=True)
        lab.programs.append(self)

    def stop(self):
        self.process.kill()
        self.process.wait()
        if self in self.lab.programs:
            self.lab.programs.remove(self)


def cpu_model():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return os.uname().machine
