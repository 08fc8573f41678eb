"""The service: nothing lost at 1000 queries a second to three streams, its memory, and its CPU beside what C needs."""

import json
import os
import re
import signal
import statistics
import sys
import time
from pathlib import Path

from clients import Records
from lab import BUILT, PORT, ROOT, SERVER, Program, fail

COLLECTOR = ROOT / "Tests" / "Lab" / "collector.py"
INFLUX_PORT = 9123
SEQ = re.compile(r"[ ,]seq=(\d+)i")


def cpu_ns(pid):
    """Of all threads, as the scheduler counts it."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except OSError:  # it has ended
            pass
    return total


def memory_kib(pid, field):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    return fail(f"no {field} of {pid}")


def rate(pids, seconds):
    """CPU of these processes in us a second."""
    before, start = [cpu_ns(pid) for pid in pids], time.monotonic()
    time.sleep(seconds)
    after, end = [cpu_ns(pid) for pid in pids], time.monotonic()
    return (sum(after) - sum(before)) / 1000 / (end - start)


def end(program):
    os.kill(program.pid, signal.SIGTERM)
    return program.wait(30)


def configured(lab, name, lines):
    folder = lab.folder / name
    folder.mkdir()
    text = ["probe bench", f"spool {folder}/spool", f"control {folder}/control", *lines]
    (folder / "conf").write_text("\n".join(text).replace("FOLDER", str(folder)) + "\n")
    return folder


def clients(lab, interval_ns, ports, seconds):
    count = int(seconds * 1e9 / interval_ns)
    return [Program(lab, [BUILT / "client", SERVER, port, count, interval_ns], netns="b") for port in ports]


def c_rate(lab, interval_ns, ports, seconds, *others):
    """CPU a second of one C client for each port and of the other programs together."""
    running = clients(lab, interval_ns, ports, seconds + 3) + [Program(lab, [other], netns="b") for other in others]
    try:
        pids = [program.pid for program in running]
        time.sleep(1)
        return rate(pids, seconds)
    finally:
        for program in running:
            program.stop()


# -- 1000 queries a second

def full(lab, options, row):
    seconds = options.seconds
    ports = (PORT, PORT + 1)
    server = lab.start_timeprobe_server()
    second = Program(lab, [lab.binary, "--serve", f"{SERVER}:{ports[1]}"], netns="a")
    time.sleep(0.5)
    folder = configured(lab, "full", [
        *(f"reference {SERVER}:{port} name r{port} interval 2ms rate-agreed" for port in ports), "window 1s",
        "stream jsonl file:FOLDER/out.jsonl records samples,windows,events",
        f"stream influx tcp://{SERVER}:{INFLUX_PORT} records samples,windows,events",
        "stream prometheus file:FOLDER/out.prom"])
    collector = Program(
        lab, [sys.executable, "-B", COLLECTOR, "tcp", f"{SERVER}:{INFLUX_PORT}", folder / "influx"], netns="a")
    time.sleep(1)
    turn = min(seconds, 20)
    before = c_rate(lab, 2_000_000, ports, turn)
    program = Program(lab, [lab.binary, "--config", folder / "conf"], netns="b")
    pid = program.pid
    time.sleep(2)
    settled, ours, left = None, [], seconds
    started = time.monotonic()
    while left > 0:
        ours.append(rate([pid], min(left, 1)))
        left = seconds - (time.monotonic() - started)
        if settled is None and time.monotonic() - started >= min(60, seconds / 4):
            settled = memory_kib(pid, "VmRSS")
    last, peak = memory_kib(pid, "VmRSS"), memory_kib(pid, "VmHWM")
    result = end(program)
    after = c_rate(lab, 2_000_000, ports, turn)
    time.sleep(1)
    for one in (collector, second, server):
        one.stop()
    if result.status != 0:
        fail(f"the service ended with {result.status}: {result.stderr[:500]}")
    streams(folder, seconds, row)
    theirs = (before + after) / 2
    row("service, 1000/s to three streams: CPU beside two C clients at 500/s", "<= 1.5",
        f"{statistics.mean(ours) / theirs:.2f}; {statistics.mean(ours) / 1000:.1f} and {theirs / 1000:.1f} ms a second",
        statistics.mean(ours) <= 1.5 * theirs)
    row("service, 1000/s: peak memory", "<= 4 MiB", f"{peak / 1024:.2f} MiB", peak <= 4096)
    row("service, 1000/s: memory since it settled", "no growth (64 KiB)", f"{settled} KiB, then {last} KiB",
        last - settled <= 64)


def streams(folder, seconds, row):
    records, sequence, gaps, wanted, asked = Records(), 0, 0, set(), 0
    with open(folder / "out.jsonl", encoding="utf-8") as lines:
        for line in lines:
            records.take(line)
            record = json.loads(line)
            gaps += record["seq"] != sequence + 1
            sequence = record["seq"]
            asked += record["kind"] in ("sample", "loss")
            if record["kind"] not in ("hello",):
                wanted.add(sequence)
            for values in (records.offsets, records.widths, records.delays):
                values.clear()
    got = []
    with open(folder / "influx", encoding="utf-8") as lines:
        for line in lines:
            got += map(int, SEQ.findall(line))
    row(f"service, {seconds:g} s at 1000/s: queries", "each in one record", f"{asked}, {records.losses} lost",
        asked >= 0.95 * 1000 * seconds)
    row("service, 1000/s: gaps in seq, drops", "0, 0", f"{gaps}, {records.dropped}", gaps == 0 and records.dropped == 0)
    missing = wanted - set(got)
    row("service, 1000/s: records missing at the TCP collector", "0",
        f"{len(missing)} of {len(wanted)}; {len(got) - len(set(got))} came twice", not missing)
    figures = (folder / "out.prom").read_text().count("\ntimeprobe_")
    row("service, 1000/s: figures in the prometheus file", "> 20", f"{figures}", figures > 20)


# -- as it is installed

def usual(lab, options, row):
    seconds = max(options.seconds, 5)
    server = lab.start_timeprobe_server()
    folder = configured(lab, "usual", [
        f"reference {SERVER}:{PORT} name r", "stream jsonl file:FOLDER/out.jsonl records windows,events"])
    ratios, ours, theirs = [], [], []
    peak = 0
    for turn in range(max(1, options.pairs)):
        def service():
            nonlocal peak
            program = Program(lab, [lab.binary, "--config", folder / "conf"], netns="b")
            time.sleep(2)
            ours.append(rate([program.pid], seconds))
            peak = max(peak, memory_kib(program.pid, "VmHWM"))
            if end(program).status != 0:
                fail("the service failed")

        def plain():
            theirs.append(c_rate(lab, 250_000_000, (PORT,), seconds, BUILT / "loop"))

        for run in (service, plain) if turn % 2 == 0 else (plain, service):
            run()
        ratios.append(ours[-1] / theirs[-1])
    server.stop()
    median = statistics.median(ratios)
    row("service, default rate and watch: CPU beside C client + C loop", "<= 1.5",
        f"{median:.2f} ({min(ratios):.2f} to {max(ratios):.2f}); {statistics.median(ours) / 1000:.2f} and "
        f"{statistics.median(theirs) / 1000:.2f} ms a second", median <= 1.5)
    row("service, default rate and watch: peak memory", "<= 2 MiB", f"{peak / 1024:.2f} MiB", peak <= 2048)


def measure(lab, options, row):
    usual(lab, options, row)
    full(lab, options, row)
