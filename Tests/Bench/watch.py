"""Real faults of this machine's clock and of this process, and what the watch says of them.

Steps are of at most 1 s and are taken back at once; the clock's frequency and the clocksource are put back whatever
happens. Nothing else may measure this machine's clock meanwhile: the lab's tests wait (Tests/Lab/ClockTurn.swift).
"""

import collections
import contextlib
import ctypes
import fcntl
import json
import os
import re
import signal
import statistics
import subprocess
import threading
import time
from pathlib import Path

CLOCKSOURCE = Path("/sys/devices/system/clocksource/clocksource0/current_clocksource")
ADJ_FREQUENCY, ADJ_SETOFFSET = 0x0002, 0x0100


class Timeval(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("fraction", ctypes.c_long)]


class Timex(ctypes.Structure):
    _fields_ = [
        ("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long), ("esterror", ctypes.c_long), ("status", ctypes.c_int),
        ("constant", ctypes.c_long), ("precision", ctypes.c_long), ("tolerance", ctypes.c_long),
        ("time", Timeval), ("tick", ctypes.c_long), ("rest", ctypes.c_long * 20)]


LIBC = ctypes.CDLL(None, use_errno=True)


def adjtimex(**fields):
    state = Timex(**fields)
    if LIBC.adjtimex(ctypes.byref(state)) < 0:
        raise OSError(ctypes.get_errno(), "adjtimex")
    return state


def step(ns):
    """In whole microseconds: ADJ_NANO would change the kernel's mode."""
    seconds, rest = divmod(ns // 1000, 10**6)
    adjtimex(modes=ADJ_SETOFFSET, time=Timeval(seconds, rest))


@contextlib.contextmanager
def turn(kind=fcntl.LOCK_EX):
    """This machine's clock, for nobody else; LOCK_SH: for all who leave it alone."""
    gates = []
    with contextlib.ExitStack() as stack:
        for folder in ("/tmp", "/"):
            fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            stack.callback(os.close, fd)
            gates.append(fd)
            fcntl.flock(fd, kind)
        if kind == fcntl.LOCK_SH:
            # The gate is for those who wait to change the clock: this is not held while it is measured.
            fcntl.flock(gates[0], fcntl.LOCK_UN)
        yield


def raw_ns():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)


def instant(text):
    seconds, fraction = text.split(".")
    return int(seconds) * 10**9 + int(fraction)


DELAY = re.compile(rb'"delay_ns":(-?\d+)')


class Probe:
    """A burst whose events are read as they come."""

    def __init__(self, binary, wrapper=(), arguments=("--self", "-i", "250ms", "-d", "1h")):
        self.events = []
        self.delays = collections.deque(maxlen=160)  # of the last samples, in ns
        self.arrived = threading.Condition()
        self.process = subprocess.Popen(
            [*wrapper, binary, "--burst", *arguments, "-f", "jsonl"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        time.sleep(1)

    def read(self):
        for line in self.process.stdout:
            at = raw_ns()
            if b'"kind":"event"' in line:
                event = json.loads(line)
                event["at"] = at
                with self.arrived:
                    self.events.append(event)
                    self.arrived.notify_all()
            elif b'"kind":"sample"' in line:
                self.delays.append(int(DELAY.search(line)[1]))

    def after(self, count, cause, timeout=2.0):
        """The events since there were `count`, once one of this cause is among them; empty: it did not come."""
        def found():
            return [event for event in self.events[count:] if event["cause"] == cause]
        return self.until(found, timeout)

    def until(self, found, timeout):
        """What `found` gives once that is something; it is asked again as events come."""
        with self.arrived:
            self.arrived.wait_for(found, timeout)
            return found()

    def stop(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(signal.SIGINT)
        self.process.wait(10)
        self.reader.join(5)


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def run(binary, count, row):
    with turn():
        faults(binary, count, row)


def faults(binary, count, row):
    base = adjtimex().freq
    source = CLOCKSOURCE.read_text().strip()
    probe = Probe(binary)
    stepped = 0
    try:
        for size in (20_000, 1_000_000, 1_000_000_000):
            latencies, errors, wrong = [], [], 0
            for _ in range(count):
                for signed in (size, -size):
                    seen, start = len(probe.events), raw_ns()
                    step(signed)
                    stepped += signed
                    found = probe.after(seen, "clock-step")
                    time.sleep(0.05)
                    slews = [e for e in probe.events[seen:] if e["cause"] == "clock-slew"]
                    if len(found) != 1 or slews or "size_ns" not in found[0]:
                        wrong += 1
                        continue
                    latencies.append((instant(found[0]["raw"]) - start) / 1e6)
                    errors.append(abs(found[0]["size_ns"] + signed) / 1000)
            told = len(latencies)
            row(f"step of +-{size / 1000:g} us", "all, median <= 2 ms, p95 <= 10 ms, size to 1 us",
                f"{told} of {told + wrong}, median {quantile(latencies, .5):.3g} ms, "
                f"p95 {quantile(latencies, .95):.3g} ms, size within {max(errors):.3g} us",
                not wrong and quantile(latencies, .5) <= 2 and quantile(latencies, .95) <= 10
                and max(errors) <= 1)
        told, longest = 0, 0.0
        for _ in range(count):
            seen, start = len(probe.events), raw_ns()
            step(30_000)
            stepped += 30_000
            step(-30_000)
            stepped -= 30_000
            longest = max(longest, (raw_ns() - start) / 1000)
            told += bool(probe.after(seen, "clock-step"))
            time.sleep(0.05)
        row("step of 30 us forth and back", "all", f"{told} of {count}, within {longest:.0f} us at most",
            told == count)

        latencies, errors, wrong = [], [], 0
        for _ in range(count):
            for ppm in (5, 0):
                seen, start = len(probe.events), raw_ns()
                adjtimex(modes=ADJ_FREQUENCY, freq=base + ppm * 65536)
                found = probe.after(seen, "clock-slew")
                time.sleep(0.25)
                steps = [e for e in probe.events[seen:] if e["cause"] == "clock-step"]
                if len(found) != 1 or steps:
                    wrong += 1
                    continue
                latencies.append((instant(found[0]["raw"]) - start) / 1e6)
                errors.append(abs(found[0]["evidence"]["rate_ppb"] - base * 1000 / 65536 - ppm * 1000) / 1000)
        row("slew of 5 ppm", "all, within 200 ms, rate to 0.5 ppm",
            f"{len(latencies)} of {2 * count}, at most {max(latencies):.3g} ms, rate within {max(errors):.3g} ppm",
            not wrong and max(latencies) <= 200 and max(errors) <= 0.5)

        stopped(probe, count, row)

        others = [name for name in (CLOCKSOURCE.parent / "available_clocksource").read_text().split()
                  if name != source]
        if others:
            latencies = []
            for _ in range(count):
                for name in (others[0], source):
                    seen, start = len(probe.events), raw_ns()
                    CLOCKSOURCE.write_text(name)
                    found = probe.after(seen, "clocksource-change")
                    if found:
                        latencies.append((instant(found[0]["raw"]) - start) / 1e6)
            row("switch of the clocksource", "all, within 1 s",
                f"{len(latencies)} of {2 * count}, at most {max(latencies):.4g} ms",
                len(latencies) == 2 * count and max(latencies) <= 1000)
    finally:
        adjtimex(modes=ADJ_FREQUENCY, freq=base)
        if stepped:
            step(-stepped)
        CLOCKSOURCE.write_text(source)
        probe.stop()


def stopped(probe, count, row):
    """The length from the two ends: between the signal and the stop that is seen, and when it was given a processor again."""
    pid, errors, wrong = probe.process.pid, [], 0
    for _ in range(count):
        seen = len(probe.events)

        def found():
            return [e for e in probe.events[seen:] if e.get("taker") == "stopped"]
        with watching_from(None):
            start = raw_ns()
            os.kill(pid, signal.SIGSTOP)
            while Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "T":
                time.sleep(0.0001)
            still = raw_ns()
            time.sleep(0.02)
            os.kill(pid, signal.SIGCONT)
            end = time.monotonic() + 2
            spans = arrivals(pid, lambda: found() or time.monotonic() > end)
        if len(found()) != 1:
            wrong += 1
            continue
        begin, to = instant(found()[0]["from_raw"]), instant(found()[0]["to_raw"])
        errors.append((max(start - begin, begin - still, 0) + distance(to, spans)[0]) / 1e6)
        time.sleep(0.05)
    row("stopped for 20 ms", "all, length to 1 ms",
        f"{len(errors)} of {count}, length within {max(errors):.3g} ms (median {statistics.median(errors):.3g})",
        not wrong and max(errors) <= 1)


def distance(moment, spans):
    """How far it is from the nearest span, the width of that included; and that width."""
    far, width = min((max(low - moment, moment - high, 0), high - low) for low, high in spans)
    return far + width, width


class Cgroup:
    """20 ms of a processor in each 100 ms."""

    def __init__(self, is_limited=True):
        first = Path("/sys/fs/cgroup/cpu")
        self.unified = not (first / "cgroup.procs").exists()
        self.folder = (Path("/sys/fs/cgroup") if self.unified else first) / f"timeprobe-bench.{os.getpid()}"
        self.folder.mkdir()
        self.limit(is_limited)

    def limit(self, is_limited):
        if self.unified:
            (self.folder / "cpu.max").write_text("20000 100000" if is_limited else "max 100000")
        else:
            (self.folder / "cpu.cfs_quota_us").write_text("20000" if is_limited else "-1")

    def throttled(self):
        """For how long it was, in ns."""
        word, unit = ("throttled_usec", 1000) if self.unified else ("throttled_time", 1)
        for line in (self.folder / "cpu.stat").read_text().splitlines():
            if line.split()[0] == word:
                return int(line.split()[1]) * unit
        raise LookupError(word)

    @property
    def wrapper(self):
        return ["sh", "-c", 'echo $$ > "$0" && exec "$@"', str(self.folder / "cgroup.procs")]

    def remove(self):
        for _ in range(500):
            try:
                return self.folder.rmdir()
            except OSError:  # its last process is just ending
                time.sleep(0.01)


def arrivals(pid, until):
    """The spans of R within which a thread was given a processor, by its account of them, until `until` is true."""
    spans, count, before, is_over = [], None, raw_ns(), False
    with open(f"/proc/{pid}/task/{pid}/schedstat", "rb", buffering=0) as file:
        while not is_over:
            # Asked first: what made it true is then among the arrivals.
            is_over = until()
            file.seek(0)
            now_count, now = file.read().split()[2], raw_ns()
            if now_count != count:
                spans.append((before, now))
            count, before = now_count, now
            time.sleep(0.0001)
    return spans


@contextlib.contextmanager
def watching_from(processors):
    """This thread before all others, on processors that the others are not bound to."""
    mine = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, processors or mine)
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        os.sched_setaffinity(0, mine)


def kept_from_running(binary, count, row):
    """Stalls by a cgroup's limit, and by four busy processes on the same processor."""
    for taker, busy, nice in (("throttled", 1, []), ("preempted", 4, ["nice", "-n", "19"])):
        group = Cgroup() if taker == "throttled" else None
        others, probe = [], None
        try:
            *rest, processor = sorted(os.sched_getaffinity(0))
            wrapper = (group.wrapper if group else []) + ["taskset", "-c", str(processor)]
            others = [subprocess.Popen([*wrapper, "sh", "-c", "while :; do :; done"]) for _ in range(busy)]
            probe = Probe(binary, [*wrapper, *nice])
            report(taker, busy, count, probe, rest, row)
        finally:
            for process in others:
                process.kill()
                process.wait()
            if probe:
                probe.stop()
            if group:
                group.remove()


def report(taker, busy, count, probe, processors, row):
    # Within a throttled group, too, its processes take turns; shorter than that they are.
    least = 20_000_000 if taker == "throttled" else 0
    seen, end = len(probe.events), time.monotonic() + 60

    def stalls():
        return [e for e in probe.events[seen:] if e["cause"] == "guest-stall" and e["length_ns"] >= least]
    with watching_from(processors):
        # One more: what began before is not among the arrivals.
        spans = arrivals(probe.process.pid, lambda: len(stalls()) > count or time.monotonic() > end)
    found = stalls()[1:count + 1]
    right = [e for e in found if e["taker"] == taker]
    errors, unclear = [], 0
    for event in right:
        far, width = distance(instant(event["to_raw"]), spans)
        if width > 1_000_000:
            unclear += 1
        else:
            errors.append(far / 1e6)
    measured = f"{len(right)} of {len(found)}"
    if errors:
        measured += f", it ran within {max(errors):.3g} ms of the end (median {statistics.median(errors):.3g})"
    others = [f"{e['taker']} {e['length_ns'] / 1e6:.3g} ms {e['evidence']}" for e in found if e["taker"] != taker]
    if others:
        measured += f"; else {', '.join(others)}"
    if unclear:
        measured += f"; {unclear} not looked at closely"
    row(f"{taker}, {busy} busy on its processor", "all, by the right taker, length to 1 ms", measured,
        len(found) == len(right) == count and bool(errors) and max(errors) <= 1)


def quiet(binary, seconds, row, load):
    """No event of the clock where nothing happens to it. By the minute: a test that waits to step the clock gets its turn."""
    events, left = [], seconds
    while left > 0:
        with turn(fcntl.LOCK_SH):
            probe = Probe(binary)
            time.sleep(min(left, 60))
            # Before the signals that end it.
            events += list(probe.events)
            probe.stop()
        left -= 60
    clock = [e for e in events if e["cause"].startswith("clock-")]
    stalls = [e for e in events if e["cause"] == "guest-stall"]
    takers = sorted({e["taker"] for e in stalls})
    row(f"quiet for {seconds:.0f} s, {load}", "no clock-* event",
        f"{len(clock)}; {len(stalls)} stalls ({', '.join(takers) or 'none'})", not clock)
    for event in clock:
        print(json.dumps(event))
