"""The best estimate beside chronyd's own clock, on one path at one time.

A relay holds each leg back for a floor and an exponential time besides. Both ends run on this machine's clock, so the true offset is 0.
timeprobe's estimate is what a replay of the first so many seconds of its records ends with. chronyd's is the clock that it serves: with
`-x` it steers one of its own, which a second burst reads over loopback, to a few us and without the relay.
"""

import json
import math
import re
import subprocess
import time

from faults import ONE, PORT, PROBE, RELAY, Scripted
from lab import Program, fail

LEG, MEAN = 100_000, 100_000  # ns
RATE = 16  # queries/s
SETTLED = 10  # s
SERVED = 11123
VALUE = re.compile(r'"(offset_ns|delay_ns|bound_low_ns|bound_high_ns)":(-?\d+)')


def rms(values):
    return math.sqrt(sum(value * value for value in values) / len(values))


def samples(path):
    return [dict((key, int(value)) for key, value in VALUE.findall(line))
            for line in path.read_text().splitlines() if '"kind":"sample"' in line]


def asking(lab, reference, seconds, out, *options):
    return Program(lab, [lab.binary, "--burst", reference, "-i", f"{10**9 // RATE}ns", "-d", f"{seconds}s", "-f", "jsonl",
                         *options], netns="b", stdout=out)


def estimates(lab, path):
    """What the records up to each second lead to."""
    lines, found = path.read_text().splitlines(True), []
    for count in range(SETTLED * RATE, len(lines), RATE):
        done = subprocess.run([str(lab.binary), "--replay", "-f", "json", "-"], input="".join(lines[:count]), text=True,
                              capture_output=True, check=False)
        found.append(json.loads(done.stdout)["references"][0]["offset"]["best_ns"])
    return found


def run(lab, seconds, row):
    lab.join_by_router(RELAY, PROBE, "10.97.1.254", (ONE,))
    server = Program(lab, [lab.binary, "--serve", f"{ONE}:{PORT}"], netns="a")
    relay = Scripted(lab, "relay", "r", RELAY, PORT, ONE, PORT)
    try:
        # What the relay and the two hops take themselves is part of the floor.
        first = lab.folder / "first.jsonl"
        asking(lab, RELAY, 3, first).wait(60)
        own = min(sample["delay_ns"] for sample in samples(first)) // 2
        for leg in ("out", "back"):
            relay.tell(f"{leg} {max(LEG - own, 0)}")
        relay.tell(f"queue {MEAN}")
        chronyd = lab.start_chronyd("b", "client", [
            f"server {RELAY} port {PORT} minpoll -4 maxpoll -4", f"port {SERVED}", f"bindaddress {PROBE}", "allow all",
            "local stratum 10"])
        time.sleep(5)  # its first queries are slower
        ours, theirs = lab.folder / "ours.jsonl", lab.folder / "theirs.jsonl"
        both = [asking(lab, RELAY, seconds, ours), asking(lab, f"{PROBE}:{SERVED}", seconds, theirs)]
        for program in both:
            program.wait(seconds * 2 + 60)
        if not chronyd.running():
            fail("chronyd ended")
        chronyd.stop()
        told, served = samples(ours), samples(theirs)[SETTLED * RATE:]
        best = estimates(lab, ours)
        own_error, their_error = rms(best) / 1000, rms([sample["offset_ns"] for sample in served]) / 1000
        row("path: floor of the delay, median of it", "200 us and queues of mean 100 us a leg",
            f"{min(sample['delay_ns'] for sample in told) / 1000:.0f} us, "
            f"{sorted(sample['delay_ns'] for sample in told)[len(told) // 2] / 1000:.0f} us", None)
        row("chronyd's error beside the best estimate, RMS", "-",
            f"{own_error:.3g} us, chronyd's own clock {their_error:.3g} us; of the samples' offsets "
            f"{rms([sample['offset_ns'] for sample in told]) / 1000:.3g} us; {len(best)} estimates from the {SETTLED}th second on",
            None)
        width = sorted(sample["bound_high_ns"] - sample["bound_low_ns"] for sample in served)[len(served) // 2]
        row("how exactly chronyd's clock was read", "-", f"proven to {width / 1000:.3g} us in the median", None)
    finally:
        relay.kill()
        server.stop()
