"""A guest in QEMU under software emulation, driven from outside.

`Guest` boots what build.sh made and runs shell scripts in it, one at a time, over a virtio port of its own; QMP injects
the faults that only a host can: a pause, a snapshot's restore. There is no network device that leads out of QEMU.
Nothing outlives this process, not even when it is killed.
"""

import atexit
import base64
import json
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / ".build-vm"
QEMU = "qemu-system-x86_64"
BOOT_SECONDS = 60


# As Ctrl-C: what atexit has to do is done.
signal.signal(signal.SIGTERM, signal.default_int_handler)


class LabError(Exception):
    """The lab itself, not the program under test, could not go on."""


@dataclass
class Result:
    """How a script ended and what it said."""

    status: int
    stdout: str
    stderr: str

    def records(self):
        """The lines of stdout as JSON objects; anything else there is an error."""
        return [json.loads(line) for line in self.stdout.splitlines()]


def nanoseconds(text):
    """Of a text of seconds: of a record's instant, or of /proc/uptime."""
    seconds, _, fraction = text.partition(".")
    return int(seconds) * 10**9 + int(fraction.ljust(9, "0"))


def events(records, *causes):
    """The events of these causes."""
    return [record for record in records if record["kind"] == "event" and record["cause"] in causes]


class LineSocket:
    """A unix socket of lines, each awaited until a deadline."""

    def __init__(self, path, deadline, alive):
        self.buffer = b""
        self.alive = alive
        while True:
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                self.socket.connect(path)
                return
            except OSError:
                self.socket.close()
                if not alive() or time.monotonic() > deadline:
                    raise LabError(f"nobody listens on {path}") from None
                time.sleep(0.02)

    def send(self, line):
        self.socket.sendall(line.encode() + b"\n")

    def receive(self, deadline):
        """The next line; None where there was none until then."""
        while b"\n" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self.socket.settimeout(left)
            try:
                chunk = self.socket.recv(1 << 20)
            except TimeoutError:
                return None
            if not chunk:
                raise LabError("QEMU closed the connection")
            self.buffer += chunk
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.decode()

    def close(self):
        self.socket.close()


class Guest:
    """One VM. A context manager; what is said on its console is in `console()`."""

    def __init__(self, cpus=1, append="", snapshots=False, memory_mib=320, outside=None):
        self.folder = Path(tempfile.mkdtemp(prefix="timeprobe-vm."))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.number = 0
        self.process = None
        self.lab = self.qmp_lines = None
        try:
            self._start(cpus, append, snapshots, memory_mib, outside)
        except BaseException:
            self.close()
            raise

    def _start(self, cpus, append, snapshots, memory_mib, outside):
        at = self.folder
        words = [
            # The VM ends with this process, whatever ends it.
            "setpriv", "--pdeathsig", "KILL", QEMU,
            "-machine", "q35", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", str(cpus),
            "-m", str(memory_mib), "-nodefaults", "-no-reboot", "-display", "none",
            "-chardev", f"file,id=console,path={at}/console", "-serial", "chardev:console",
            "-chardev", f"socket,id=lab,path={at}/lab,server=on,wait=off",
            "-device", "virtio-serial-pci", "-device", "virtserialport,chardev=lab,name=lab",
            "-qmp", f"unix:{at}/qmp,server=on,wait=off",
            # A cable inside QEMU that leads nowhere.
            "-netdev", "hubport,id=net0,hubid=0", "-device", "e1000e,netdev=net0",
            "-kernel", str(BUILT / "vmlinuz"), "-initrd", str(at / "initrd"),
            "-append", f"console=ttyS0 panic=-1 quiet {append}",
        ]
        if outside:
            words += outside.device()
        if snapshots:
            disk = at / "disk.qcow2"
            subprocess.run(["qemu-img", "create", "-q", "-f", "qcow2", disk, "1M"], check=True)
            words += ["-drive", f"if=virtio,format=qcow2,file={disk}"]
        # The kernel takes archives one after the other.
        with open(at / "initrd", "wb") as initrd:
            for part in ("base.gz", "probe.gz"):
                initrd.write((BUILT / part).read_bytes())
        self.errors = open(at / "errors", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=self.errors, stderr=self.errors, start_new_session=True)
        deadline = time.monotonic() + BOOT_SECONDS
        self.qmp_lines = LineSocket(f"{at}/qmp", deadline, self._alive)
        self.qmp_lines.receive(deadline)
        self.qmp("qmp_capabilities")
        self.lab = LineSocket(f"{at}/lab", deadline, self._alive)
        if self._answer(deadline) is None:
            raise LabError(f"the guest did not come up: {self.console()}")

    def _alive(self):
        return self.process.poll() is None

    def console(self):
        """The end of what the kernel and QEMU said."""
        text = ""
        for name in ("errors", "console"):
            path = self.folder / name
            if path.exists():
                text += path.read_text(encoding="utf-8", errors="replace")[-4000:]
        return text

    def _answer(self, deadline):
        while True:
            line = self.lab.receive(deadline)
            if line is None:
                return None
            number, status, out, err = line.split(" ")
            # An answer from before a snapshot's restore is told by its number.
            if int(number) == self.number:
                return Result(int(status), *(
                    base64.b64decode(word[1:]).decode(errors="replace") for word in (out, err)))

    def start(self, script, seconds=60):
        """Begins a script; `finish` gives its result. Meanwhile QMP can do its faults."""
        self.number += 1
        self.deadline = time.monotonic() + seconds + 30
        text = base64.b64encode(b". /lab/lab.sh\n" + script.encode()).decode()
        self.lab.send(f"{self.number} {seconds} {text}")

    def finish(self):
        result = self._answer(self.deadline)
        if result is None:
            raise LabError(f"no answer from the guest: {self.console()}")
        return result

    def run(self, script, seconds=60, check=True):
        """Runs a script to its end, at most that long. With `check` its status must be 0."""
        self.start(script, seconds)
        result = self.finish()
        if check and result.status != 0:
            raise LabError(
                f"status {result.status} of:\n{script}\n{result.stdout[-2000:]}\n{result.stderr[-2000:]}\n"
                f"{self.console()[-1000:]}")
        return result

    def qmp(self, command, seconds=30, **arguments):
        """A command of the QEMU machine protocol; its result."""
        self.qmp_lines.send(json.dumps({"execute": command, "arguments": arguments}))
        deadline = time.monotonic() + seconds
        while True:
            line = self.qmp_lines.receive(deadline)
            if line is None:
                raise LabError(f"QEMU did not answer to {command}")
            answer = json.loads(line)
            if "error" in answer:
                raise LabError(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def hmp(self, line, seconds=60):
        """A command of QEMU's human monitor, which says nothing when it succeeds."""
        said = self.qmp("human-monitor-command", seconds, **{"command-line": line})
        if said.strip():
            raise LabError(f"{line}: {said}")

    def pause(self, seconds):
        """The host stops the whole guest; no clock of it sees that."""
        self.qmp("stop")
        time.sleep(seconds)
        self.qmp("cont")

    def leave_tsc(self):
        """Makes the kernel leave the TSC, as a restored snapshot can. Takes `snapshots=True` and one CPU.

        QEMU sets every timer back but the TSC, which never runs backwards: to the kernel's watchdog, which looks each
        half second, the TSC has leapt by as long as the guest ran past the snapshot. Above a second in all the watchdog
        skips its check (kernel/time/clocksource.c, "Long readout interval").
        """
        for _ in range(10):
            self.hmp("savevm before")
            self.run("usleep 250000")
            self.hmp("loadvm before")
            if self.run("eventually left_tsc", 60, check=False).status == 0:
                return
        raise LabError(f"ten restored snapshots, and the kernel still uses the TSC: {self.console()}")

    def close(self):
        for line in (self.lab, self.qmp_lines):
            if line:
                line.close()
        if self.process:
            self.process.kill()
            self.process.wait()
            self.errors.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
