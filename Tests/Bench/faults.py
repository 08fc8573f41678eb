"""Real faults, one at a time, and what a burst says of each.

Three network namespaces: the probe in `b`, a router with a relay in `r`, the references in `a`. The references run on
CLOCK_MONOTONIC_RAW, so that a step of this machine's clock is one of the probe's clock alone.

The moment of each fault is known on that same clock, from before to after the call that made it. Of the events that
overlap it the first must have the right cause, or, where two look alike, name both; and none that is `proven` may
have another. The machine has faults of its own meanwhile, when a process does not run or the host takes a processor. Those are true, and
are told by what they are: an excursion or a stall that is not about as long as the fault is left out. A fault is made
once the way has been quiet for 160 exchanges: only so is it above the noise. Where it is not within ten seconds the fault is made all the
same, and that it is missed is told apart.
"""

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import watch
from lab import BUILT, fail, sh

ONE, TWO, RELAY = "10.97.1.1", "10.97.1.2", "10.97.0.1"
PROBE = "10.97.0.2"
PORT, SINK = 123, 9
MS = 1_000_000
# What this machine does to a burst without being asked.
NOISE = {"guest-stall", "local-tx", "local-rx", "path-out", "path-back", "path-both", "loss", "reference"}
# Readings and exchanges around a fault may still be of it.
SLACK = 12 * MS


class Scripted:
    """A program that takes commands on its standard input."""

    def __init__(self, lab, name, netns, *arguments):
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", lab.netns(netns), str(BUILT / name), *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        if self.process.stdout.readline() != "ready\n":
            fail(f"{name} did not start")

    def tell(self, command):
        """The span in which it took effect."""
        self.process.stdin.write(command + "\n")
        answer = self.process.stdout.readline().split()
        if len(answer) != 2:
            fail(f"no answer to {command}")
        return int(answer[0]), int(answer[1])

    def kill(self):
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()


class Road:
    """The namespaces, the relay and the references."""

    def __init__(self, lab):
        self.lab = lab
        self.scripted = []
        self.sinks = []
        lab.join_by_router(RELAY, PROBE, "10.97.1.254", (ONE, TWO))
        self.one = self.start_reference(ONE)
        self.two = self.start_reference(TWO)
        self.relay = self.start("relay", "r", RELAY, PORT, ONE, PORT)
        for netns, address in (("a", ONE), ("r", RELAY), ("b", PROBE)):
            sink = self.socket(netns)
            sink.bind((address, SINK))
            self.sinks.append(sink)

    def start(self, *words):
        program = Scripted(self.lab, *words)
        self.scripted.append(program)
        return program

    def start_reference(self, address):
        return self.start("reference", "a", address, PORT)

    def restart_one(self):
        self.one = self.start_reference(ONE)

    def restart(self):
        """Both, on REALTIME as it is."""
        self.one.kill()
        self.two.kill()
        self.restart_one()
        self.two = self.start_reference(TWO)

    def socket(self, netns):
        """One that lives there."""
        with open("/proc/self/ns/net", "rb") as mine, open(f"/run/netns/{self.lab.netns(netns)}", "rb") as other:
            if watch.LIBC.setns(other.fileno(), 0x40000000):  # CLONE_NEWNET, of this thread
                raise OSError(ctypes.get_errno(), "setns")
            try:
                return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            finally:
                watch.LIBC.setns(mine.fileno(), 0x40000000)

    @contextlib.contextmanager
    def narrow(self, netns, device):
        """All that leaves there shares 20 Mbit/s and queues (tc-tbf(8))."""
        words = ["tc", "-n", self.lab.netns(netns), "qdisc"]
        sh(*words, "add", "dev", device, "root", "tbf", "rate", "20mbit", "burst", "2000", "limit", "400000")
        try:
            yield
        finally:
            sh(*words, "del", "dev", device, "root")

    def close(self):
        for program in self.scripted:
            program.kill()
        for sink in self.sinks:
            sink.close()


@dataclass
class Inflicted:
    """A fault that was made, between these moments of R."""

    start: int
    end: int
    size: float = 0  # ns or ppb, as the case's measure has it
    loud: tuple = (float("inf"), float("inf"))  # ns: of excursions, what is shorter or longer is of the machine itself


@dataclass
class Case:
    name: str
    probe: tuple  # the references that are asked
    label: set
    inflict: object  # (world, n) -> Inflicted
    alike: set = field(default_factory=set)  # each must be named
    true: set = field(default_factory=set)  # may be proven besides
    measure: object = None  # (event, Inflicted) -> how far its size is off
    unit: str = "us"
    is_proven: bool = True  # the first must be
    after: float = 0.6  # s, until the next
    around: object = None  # (world) -> a context that the case needs
    is_alone: bool = False  # nobody else may measure this machine's clock


class World:
    def __init__(self, lab, road, probe):
        self.lab, self.road, self.probe = lab, road, probe

    @staticmethod
    def rest(seconds):
        time.sleep(seconds)

    def settle(self):
        """Until nothing of the way is above the noise in which these faults are told."""
        end = time.monotonic() + 10
        self.probe.delays.clear()
        while time.monotonic() < end:
            delays = list(self.probe.delays)
            # What is out of the rule is 20 times the mean (docs/method.md).
            if len(delays) == 160 and sum(delays) / 160 - min(delays) < 100_000 and max(delays) - min(delays) < MS:
                return True
            time.sleep(0.02)
        return False


def now():
    return watch.raw_ns()


# -- the faults

def clock_step(world, n):
    size = (20_000, -20_000, 400_000, -400_000, 2_500_000, -2_500_000)[n % 6]
    start = now()
    watch.step(size)
    world.stepped += size
    return Inflicted(start, now(), size)


def clock_slew(world, n):
    ppm = (5, 0, -20, 0, 100, 0)[n % 6]
    start = now()
    before = watch.adjtimex().freq
    watch.adjtimex(modes=watch.ADJ_FREQUENCY, freq=world.frequency + ppm * 65536)
    end = now()
    world.slewed = True
    return Inflicted(start, end, (watch.adjtimex().freq - before) * 1000 / 65536)


@contextlib.contextmanager
def clock_kept(world):
    """The clock is put back whatever happens."""
    world.frequency, world.stepped = watch.adjtimex().freq, 0
    try:
        yield
    finally:
        watch.adjtimex(modes=watch.ADJ_FREQUENCY, freq=world.frequency)
        if world.stepped:
            watch.step(-world.stepped)


def held(way, size, length=0.2):
    def inflict(world, _):
        start, _ = world.road.relay.tell(f"{way} {size}")
        time.sleep(length)
        _, end = world.road.relay.tell(f"{way} 0")
        return Inflicted(start, end + size, size, (0.9 * size, 1.15 * size))
    return inflict


def queued(netns, to, packets=40):
    """So many packets of 1442 bytes stand before all others: 577 us each."""
    def inflict(world, _):
        flood = world.road.socket(netns)
        with flood:
            start = now()
            for _ in range(packets):
                flood.sendto(bytes(1400), (to, SINK))
        length = packets * 1442 * 8 * 50
        return Inflicted(start, start + 3 * length, length, (length / 2, 1.5 * length))
    return inflict


def narrowed(netns, device):
    return lambda world: world.road.narrow(netns, device)


def stopped(world, n):
    length = (0.02, 0.1, 0.05)[n % 3]
    pid = world.probe.process.pid
    start = now()
    os.kill(pid, signal.SIGSTOP)
    time.sleep(length)
    end = now()
    os.kill(pid, signal.SIGCONT)
    return Inflicted(start, end, end - start, (0.9 * (end - start), 1.2 * (end - start)))


class Throttle:
    """A group for the probe and a busy process; without a limit, until it is asked for one."""

    def __init__(self):
        self.group = watch.Cgroup(is_limited=False)
        self.busy = subprocess.Popen([*self.group.wrapper, "sh", "-c", "while :; do :; done"])
        os.kill(self.busy.pid, signal.SIGSTOP)

    def inflict(self, world, _):
        os.kill(self.busy.pid, signal.SIGCONT)
        start = now()
        self.group.limit(True)
        seen = self.group.throttled()
        end = time.monotonic() + 5
        while self.group.throttled() - seen < 100 * MS and time.monotonic() < end:
            time.sleep(0.005)
        self.group.limit(False)
        os.kill(self.busy.pid, signal.SIGSTOP)
        return Inflicted(start, now() + 100 * MS, loud=(60 * MS, 100 * MS))

    def close(self):
        self.busy.kill()
        self.busy.wait()
        self.group.remove()


def stepped_by(sizes):
    def inflict(world, n):
        size = sizes[n % len(sizes)]
        return Inflicted(*world.road.one.tell(f"step {size}"), size)
    return inflict


def drifting(ppb):
    """S gains, and then goes on as before with the next."""
    def inflict(world, n):
        span = world.road.one.tell(f"rate {ppb if n % 2 == 0 else 0}")
        # It shows once it has drifted by as much as the band is wide.
        return Inflicted(span[0], span[1] + 3_000 * MS)
    return inflict


def late(world, _):
    start, _ = world.road.one.tell(f"late {20 * MS}")
    time.sleep(0.2)
    _, end = world.road.one.tell("late 0")
    return Inflicted(start, end + 20 * MS, 20 * MS, (14 * MS, 30 * MS))


def told(word, values):
    def inflict(world, n):
        return Inflicted(*world.road.one.tell(f"{word} {values[n % len(values)]}"))
    return inflict


def dying(world, n):
    """It says nothing more; or its process is gone, and its host says so."""
    if n % 2 == 0:
        start, _ = world.road.one.tell("silent 1")
        time.sleep(0.3)
        _, end = world.road.one.tell("silent 0")
    else:
        start = now()
        world.road.one.kill()
        time.sleep(0.3)
        world.road.restart_one()
        end = now()
    return Inflicted(start, end)


# -- the sizes

def by_step(event, fault):
    return abs(event["size_ns"] + fault.size) / 1000


def by_rate(event, fault):
    evidence = event["evidence"]
    return abs(evidence["rate_ppb"] - evidence["rate_before_ppb"] - fault.size) / 1000


def by_stage(*stages):
    def measure(event, fault):
        slow = event["evidence"].get("slow_ns", {})
        return abs(max((slow.get(stage, 0) for stage in stages), default=0) - fault.size) / 1000
    return measure


def by_length(event, fault):
    return abs(event["length_ns"] - fault.size) / 1000


def by_jump(event, fault):
    off = abs(event["evidence"]["jump_ns"] - fault.size)
    if off > event["error_ns"]:
        fail(f"a jump by {fault.size} outside of its own error: {event}")
    return off / 1000


def cases(throttle):
    both = {"guest-pause", "reference"}
    return [
        Case("step of the clock", (ONE,), {"clock-step"}, clock_step, measure=by_step,
             around=clock_kept, is_alone=True, after=0.3),
        Case("slew of the clock", (ONE,), {"clock-slew"}, clock_slew, measure=by_rate, unit="ppm",
             around=clock_kept, is_alone=True, after=0.4),
        Case("5 ms one way, out", (RELAY,), {"path-out"}, held("out", 5 * MS), measure=by_stage("out")),
        Case("5 ms one way, back", (RELAY,), {"path-back"}, held("back", 5 * MS), measure=by_stage("back")),
        Case("another way out for good, and again", (RELAY,), {"route-change"}, held("out", 5 * MS, 2.0),
             true={"path-out"}, is_proven=False, after=1),
        Case("queue in this guest (tbf)", (ONE,), {"local-tx"}, queued("b", RELAY), around=narrowed("b", "v0"),
             measure=by_stage("local_tx")),
        Case("queue on the way out (tbf)", (ONE,), {"path-out"}, queued("r", ONE), around=narrowed("r", "va"),
             measure=by_stage("out")),
        Case("queue on the way back (tbf)", (ONE,), {"path-back"}, queued("r", PROBE), around=narrowed("r", "vb"),
             measure=by_stage("back")),
        Case("stopped by a signal", (ONE,), {"guest-stall:stopped"}, stopped, measure=by_length),
        Case("throttled by its cgroup", (ONE,), {"guest-stall:throttled"}, throttle.inflict),
        Case("the reference steps forward", (ONE,), both, stepped_by((3 * MS, 30 * MS, 300 * MS)), alike=both,
             is_proven=False, measure=by_jump, after=1),
        Case("the reference steps back", (ONE,), {"reference"}, stepped_by((-3 * MS, -30 * MS, -300 * MS)),
             is_proven=False, measure=by_jump, after=1),
        Case("one of two references steps", (ONE, TWO), {"reference"}, stepped_by((3 * MS, -30 * MS, 300 * MS, -3 * MS)),
             measure=by_jump, after=1),
        Case("the reference drifts by 200 ppm", (ONE,), {"reference", "guest-pause"}, drifting(200_000),
             is_proven=False, after=2),
        Case("one of two references drifts", (ONE, TWO), {"reference"}, drifting(-200_000), is_proven=False, after=2),
        Case("the reference answers 20 ms late", (ONE,), {"reference"}, late, measure=by_stage("server")),
        Case("the reference changes stratum", (ONE,), {"reference"}, told("stratum", (3, 1)), after=0.2),
        Case("the reference dies", (ONE,), {"loss"}, dying, is_proven=False, after=1),
    ]


# -- the judgement

def name(event):
    return f"{event['cause']}:{event['taker']}" if event["cause"] == "guest-stall" else event["cause"]


def loudness(event):
    slow = event.get("evidence", {}).get("slow_ns", {})
    return max([event.get("length_ns", 0), *map(abs, slow.values())])


def is_of_the_machine(event):
    """A process that did not run, or a packet that waited; of a reference, that it was slow."""
    return event["cause"] in NOISE and "jump_ns" not in event.get("evidence", {}) and "server" not in event.get("evidence", {})


@dataclass
class Judgement:
    case: Case
    count: int = 0
    right: int = 0
    missed: int = 0
    wrong: list = field(default_factory=list)
    proven_wrong: list = field(default_factory=list)
    beside: int = 0  # of the machine's own
    unquiet: int = 0
    in_noise: int = 0
    off: list = field(default_factory=list)

    def overlaps(self, event, fault):
        return (watch.instant(event["from_raw"]) <= fault.end + SLACK
                and fault.start - SLACK <= watch.instant(event["to_raw"]))

    def is_meant(self, event):
        return event["cause"] in self.case.label or name(event) in self.case.label

    def is_beside(self, event, fault):
        low, high = fault.loud
        if event["cause"] == "guest-stall" and not any(label.startswith("guest-stall") for label in self.case.label):
            return True  # the probe was kept from running, and said so
        return not self.is_meant(event) and is_of_the_machine(event) and not low <= loudness(event) <= high

    def found(self, events, fault):
        return [e for e in events if self.overlaps(e, fault) and not self.is_beside(e, fault)]

    def add(self, events, fault, is_quiet):
        self.count += 1
        self.unquiet += not is_quiet
        found = self.found(events, fault)
        self.beside += sum(self.overlaps(e, fault) for e in events) - len(found)
        self.proven_wrong += [e for e in found if e["certainty"] == "proven" and not self.is_meant(e)
                              and e["cause"] not in self.case.true]
        if not found:
            if is_quiet:
                self.missed += 1
                print(f"    missed {fault}: {[e for e in events if self.overlaps(e, fault)]}", flush=True)
            else:
                self.in_noise += 1
            return
        first = found[0]
        named = {first["cause"], *first.get("also", [])}
        if not self.is_meant(first) or not self.case.alike <= named or (
                self.case.is_proven and first["certainty"] != "proven"):
            self.wrong.append(first)
            return
        self.right += 1
        if self.case.measure:
            self.off.append(self.case.measure(first, fault))

    def rest(self, events, faults):
        """What was told of times in which nothing was done."""
        for event in events:
            if any(self.overlaps(event, fault) for fault in faults):
                continue
            if event["certainty"] == "proven" and not is_of_the_machine(event):
                self.proven_wrong.append(event)
            else:
                self.beside += 1

    def report(self, row):
        asked = "each right, none proven wrong"
        if self.case.alike:
            asked = "each right, both named, none proven wrong"
        measured = f"{self.right} of {self.count}"
        if self.wrong:
            measured += f", {len(self.wrong)} wrong"
        if self.missed:
            measured += f", {self.missed} missed"
        measured += f", {len(self.proven_wrong)} proven wrong"
        if self.off:
            measured += f", size within {max(self.off):.3g} {self.case.unit}"
        if self.unquiet:
            measured += f"; {self.unquiet} on a way that was not quiet, of which {self.in_noise} not told"
        row(self.case.name, asked, measured, self.right + self.in_noise == self.count and 2 * self.in_noise <= self.count and not self.proven_wrong)
        for event in self.wrong[:4]:
            print(f"    wrong: {event}", flush=True)
        for event in self.proven_wrong[:4]:
            print(f"    proven wrong{'' if is_of_the_machine(event) else ', UNTRUE'}: {event}", flush=True)


def run(lab, count, row, only=None):
    road, throttle = Road(lab), None
    try:
        throttle = Throttle()
        for case in cases(throttle):
            if only and not any(case.name.startswith(word) for word in only):
                continue
            with watch.turn(fcntl.LOCK_EX if case.is_alone else fcntl.LOCK_SH):
                judge(lab, road, throttle, case, count, row)
    finally:
        if throttle:
            throttle.close()
        road.close()


def judge(lab, road, throttle, case, count, row):
    wrapper = throttle.group.wrapper if "cgroup" in case.name else []
    if not wrapper:
        # Else all that runs here beside it shows as its stalls.
        wrapper = ["chrt", "-f", "1"]
    road.restart()
    # Not `ip netns exec`, under whose /sys there are no control groups.
    wrapper = [*wrapper, "nsenter", f"--net=/run/netns/{lab.netns('b')}"]
    probe = watch.Probe(str(lab.binary), wrapper, [*case.probe, "-i", "8ms", "-t", "250ms", "-d", "1h"])
    world = World(lab, road, probe)
    judgement, faults = Judgement(case), []
    try:
        with case.around(world) if case.around else contextlib.nullcontext():
            world.rest(1)
            for n in range(count):
                is_quiet = world.settle()
                seen = len(probe.events)
                fault = case.inflict(world, n)
                faults.append(fault)
                probe.until(lambda: any(judgement.is_meant(e) for e in judgement.found(probe.events[seen:], fault)), 5)
                world.rest(case.after)
                judgement.add(probe.events[seen:], fault, is_quiet)
            events = list(probe.events)
    finally:
        probe.stop()
    judgement.rest(events, faults)
    judgement.report(row)
