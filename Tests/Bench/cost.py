"""What the local watch costs: CPU a wake-up beside a minimal C loop, and memory asked for after start-up."""

import contextlib
import json
import os
import statistics
import subprocess
import time
from pathlib import Path

from lab import BUILT, ROOT, fail

TRACING = Path("/sys/kernel/tracing")
ALLOCATORS = ("malloc", "calloc", "realloc", "posix_memalign")


class Sleeper:
    """A process that only watches. Its main thread's account is the kernel's, in ns."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def account(self):
        """CPU in ns, and sleeps, since its start."""
        task = Path(f"/proc/{self.process.pid}/task/{self.process.pid}")
        sleeps = [line.split()[1] for line in (task / "status").read_text().splitlines()
                  if line.startswith("voluntary_ctxt_switches")]
        return int((task / "schedstat").read_text().split()[0]), int(sleeps[0])

    def stop(self):
        self.process.kill()
        self.process.wait()


def per_wake(command, seconds):
    """ns of CPU for each wake-up, start-up left out."""
    sleeper = Sleeper(command)
    try:
        time.sleep(0.5)
        before = sleeper.account()
        time.sleep(seconds)
        after = sleeper.account()
    finally:
        sleeper.stop()
    return (after[0] - before[0]) / (after[1] - before[1])


def watching(binary, seconds):
    """One query, nothing but the watch for longer than that many seconds, then another."""
    return [binary, "--burst", "--self", "-n", "2", "-i", f"{seconds + 10:.0f}s"]


def wakes(binary, pairs, seconds, row):
    ratios, ours, theirs = [], [], []
    for pair in range(pairs):
        turns = [("watch", watching(binary, seconds)), ("loop", [BUILT / "loop"])]
        cost = {name: per_wake(command, seconds) for name, command in (turns if pair % 2 else turns[::-1])}
        ratios.append(cost["watch"] / cost["loop"])
        ours.append(cost["watch"])
        theirs.append(cost["loop"])
    median = statistics.median(ratios)
    row("watch: CPU a wake-up, beside a C loop", "<= 1.3",
        f"{median:.3f} ({min(ratios):.2f} to {max(ratios):.2f}); {statistics.median(ours) / 1000:.1f} us and "
        f"{statistics.median(theirs) / 1000:.1f} us", median <= 1.3)


def reading(binary, row):
    report = json.loads(subprocess.run(
        [binary, "--clocks", "-d", "1s", "--json"], check=True, capture_output=True, text=True).stdout)
    cost = report["tables"][0]["reading_ns"]
    row("one reading of R, C, M, R", "< 250 ns", f"{cost['min']} ns, median {cost['median']} ns", cost["median"] < 250)


# -- what asks for memory

def with_symbols():
    """The shipped binary, but not stripped."""
    scratch = ROOT / ".build-symbols"
    subprocess.run(
        ["swift", "build", "-c", "release", "--product", "timeprobe", "--scratch-path", str(scratch)], cwd=ROOT,
        env={**os.environ, "TIMEPROBE_EMBEDDED": "1", "TIMEPROBE_SYMBOLS": "1"}, check=True, capture_output=True)
    return scratch / "release" / "timeprobe"


def offset_in_file(binary, name):
    """Where a function is, as uprobes want it (Documentation/trace/uprobetracer.rst)."""
    symbols = subprocess.run(["nm", binary], check=True, capture_output=True, text=True).stdout.splitlines()
    address = [int(line.split()[0], 16) for line in symbols if line.split()[-1] == name][0]
    headers = subprocess.run(["readelf", "-lW", binary], check=True, capture_output=True, text=True).stdout
    for words in map(str.split, headers.splitlines()):
        if words and words[0] == "LOAD":
            start, virtual, _, size = (int(word, 16) for word in words[1:5])
            if virtual <= address < virtual + size:
                return address - virtual + start
    return fail(f"no {name} in {binary}")


class Allocations:
    """Counts the calls of the allocator, by probes that the kernel sets into the program."""

    def __init__(self, binary):
        self.binary = binary
        self.mounted = not (TRACING / "uprobe_events").exists()

    def __enter__(self):
        places = {name: offset_in_file(self.binary, name) for name in ALLOCATORS}
        if self.mounted:
            subprocess.run(["mount", "-t", "tracefs", "none", TRACING], check=True)
        try:
            for name, place in places.items():
                self.write("uprobe_events", f"p:timeprobe/{name} {self.binary}:{place:#x}")
            self.write("events/timeprobe/enable", "1")
        except OSError:
            self.__exit__()
            raise
        return self

    def write(self, file, text):
        # Python's own append seeks to the end, which tracefs refuses.
        descriptor = os.open(TRACING / file, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(descriptor, f"{text}\n".encode())
        finally:
            os.close(descriptor)

    def count(self):
        lines = (TRACING / "uprobe_profile").read_text().splitlines()
        return sum(int(line.split()[2]) for line in lines if line.split()[0] == str(self.binary))

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.write("events/timeprobe/enable", "0")
            for name in ALLOCATORS:
                self.write("uprobe_events", f"-:timeprobe/{name}")
        if self.mounted:
            subprocess.run(["umount", TRACING], check=True)


def allocations(seconds, row):
    binary = with_symbols()
    with Allocations(binary) as counter:
        for title, command in (
            ("watch", watching(binary, seconds)),
            ("burst at 8 ms", [binary, "--burst", "--self", "-d", f"{seconds + 5:.0f}s", "-f", "jsonl"]),
        ):
            sleeper = Sleeper(command)
            try:
                time.sleep(1)
                before = counter.count()
                time.sleep(seconds)
                asked = counter.count() - before
            finally:
                sleeper.stop()
            row(f"{title}: memory asked for in {seconds:.0f} s after start-up", "0 times",
                f"{asked} ({before} before)", asked == 0 and before > 0)


def run(binary, pairs, seconds, row):
    reading(binary, row)
    wakes(binary, pairs, seconds, row)
    allocations(seconds, row)
