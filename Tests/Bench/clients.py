"""The clients that are compared. Each run gives offsets in ns (positive = behind), CPU and peak memory."""

import json
import re
import time
from dataclasses import dataclass, field

from lab import BUILT, PORT, SERVER

INTERVAL_NS = 7_812_500  # 128 queries a second, chrony's shortest poll


@dataclass
class Run:
    offsets: list
    queries: int  # that the CPU is divided by
    cpu_us: float
    rss_kib: int
    outside: int = 0  # samples whose proven bounds do not hold the truth, 0
    lost: int = 0
    extra: dict = field(default_factory=dict)

    @property
    def cpu_per_query(self):
        return self.cpu_us / max(self.queries, 1)


def quantile(values, share):
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


SAMPLE = re.compile(r'"(offset_ns|bound_low_ns|bound_high_ns|delay_ns)":(-?\d+)')
KIND = re.compile(r'"kind":"([a-z]+)"')
SENT = re.compile(r'"t1":"(\d+)\.(\d{9})"')


class Records:
    """Counts over a stream of timeprobe's records; keeps no line."""

    def __init__(self):
        self.kinds = {}
        self.offsets, self.widths, self.delays = [], [], []
        self.outside = 0
        self.worst_outside = 0
        self.unbounded = 0
        self.dropped = 0  # records that the stream could not take, as its drop records count them
        self.first_sent = self.last_sent = None

    def take(self, line):
        kind = KIND.search(line)
        if not kind:
            return None
        self.kinds[kind[1]] = self.kinds.get(kind[1], 0) + 1
        if kind[1] == "drop":
            self.dropped += int(re.search(r'"count":(\d+)', line)[1])
        if kind[1] != "sample":
            return kind[1]
        value = {name: int(number) for name, number in SAMPLE.findall(line)}
        self.offsets.append(value["offset_ns"])
        self.delays.append(value["delay_ns"])
        low, high = value.get("bound_low_ns"), value.get("bound_high_ns")
        if low is None or high is None:
            self.unbounded += 1
        else:
            self.widths.append(high - low)
            if not low <= 0 <= high:
                self.outside += 1
                self.worst_outside = max(self.worst_outside, low, -high)
        sent = SENT.search(line)
        if sent:
            self.last_sent = int(sent[1]) * 10**9 + int(sent[2])
            if self.first_sent is None:
                self.first_sent = self.last_sent
        return "sample"

    def read(self, path):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                self.take(line)
        return self

    @property
    def samples(self):
        return self.kinds.get("sample", 0)

    @property
    def losses(self):
        return self.kinds.get("loss", 0)


def burst(lab, interval, count, *options, timeout):
    """One burst of timeprobe with every record kept; returns its records and its cost."""
    out = lab.folder / "burst.jsonl"
    result = lab.run([lab.binary, "--burst", SERVER, "-i", interval, "-n", count, "-f", "jsonl", *options],
                     netns="b", stdout=out, timeout=timeout)
    records = Records().read(out)
    out.unlink()
    if not records.samples:
        raise SystemExit(f"bench: timeprobe gave no sample (exit status {result.status}): "
                         f"{result.stderr.strip()[:500]}")
    return records, result


def timeprobe(lab, count):
    records, result = burst(lab, f"{INTERVAL_NS}ns", count, timeout=count / 128 * 2 + 30)
    return Run(records.offsets, records.samples + records.losses, result.cpu_us, result.rss_kib,
               outside=records.outside + records.unbounded, lost=records.losses)


def timeprobe_text(lab, count):
    """The same, with nothing written until the end, as the C client does: for CPU and memory only."""
    result = lab.run([lab.binary, "--burst", SERVER, "-i", f"{INTERVAL_NS}ns", "-n", count], netns="b",
                     timeout=count / 128 * 2 + 30)
    if result.status not in (0, 1, 2, 3):
        raise SystemExit(f"bench: timeprobe ended with {result.status}: {result.stderr.strip()[:500]}")
    return Run([], count, result.cpu_us, result.rss_kib)


def c_client(lab, count):
    samples, out = lab.folder / "c-samples", lab.folder / "c-out"
    result = lab.run([BUILT / "client", SERVER, PORT, count, INTERVAL_NS, samples],
                     netns="b", stdout=out, timeout=count / 128 * 2 + 30)
    words = out.read_text().split()
    said = dict(zip(words[::2], words[1::2]))
    offsets = [int(line.split()[0]) for line in samples.read_text().splitlines()]
    return Run(offsets, int(said["sent"]), result.cpu_us, result.rss_kib,
               lost=int(said["sent"]) - int(said["received"]))


def chrony(lab, count, options=""):
    """noselect: otherwise chronyd -x steers a virtual clock of its own by these very samples, and then
    measures against that one instead of the real one. The log has each exchange, and ends in the sources
    of both stamps (K: kernel)."""
    log = lab.folder / "measurements.log"
    log.unlink(missing_ok=True)
    program = lab.start_chronyd("b", "client", [
        f"server {SERVER} port {PORT} minpoll -7 maxpoll -7 noselect{options}", "port 0",
        f"logdir {lab.folder}", "log rawmeasurements", "logbanner 0"])
    # It starts with a pause and slower polls; then count queries take count / 128 s.
    until = time.monotonic() + count / 128 * 2 + 20
    time.sleep(count / 128)
    while time.monotonic() < until:
        if log.exists() and log.read_bytes().count(b"\n") >= count:
            break
        time.sleep(0.05)
    program.stop()
    result = program.result()
    rows = [line.split() for line in log.read_text().splitlines()]
    # Date, time, address, leap, stratum, 3 x tests, 2 x poll, score, offset, delay, dispersion, root delay,
    # root dispersion, refid, mode, stamps. chrony's offset has the sign of theta: positive = behind.
    good = [row for row in rows if len(row) > 12 and row[5:7] == ["111", "111"]]
    stamps = sum(1 for row in good if row[-2:] == ["K", "K"] or row[-1] == "KK")
    return Run([float(row[11]) * 1e9 for row in good], len(rows), result.cpu_us, result.rss_kib,
               lost=len(rows) - len(good), extra={"kernel": stamps})


def chrony_interleaved(lab, count):
    return chrony(lab, count, " xleave")


def ntpdig(lab, count):
    """One process a query, as it is used; no more than 8 of them."""
    out = lab.folder / "ntpdig"
    offsets, cpu, rss = [], 0.0, 0
    for _ in range(min(count, 8)):
        result = lab.run(["/usr/bin/python3", lab.ntpdig(), "-j", SERVER], netns="b", stdout=out, timeout=60)
        cpu += result.cpu_us
        rss = max(rss, result.rss_kib)
        text = out.read_text().strip()
        if result.status == 0 and text:
            offsets.append(json.loads(text)["offset"] * 1e9)
    return Run(offsets, min(count, 8), cpu, rss, lost=min(count, 8) - len(offsets))


CLIENTS = {
    "timeprobe": timeprobe,
    "timeprobe-text": timeprobe_text,
    "chrony": chrony,
    "chrony-xleave": chrony_interleaved,
    "ntpdig": ntpdig,
    "c": c_client,
}
