#!/usr/bin/env python3
"""Holds timeprobe against chrony, ntpdig and a minimal C client, and against its own promises.

  bench.py offset    offsets of known truth (0), clients in turn, idle and loaded
  bench.py cpu       the same runs: CPU a query, peak memory
  bench.py bounds    the proven bounds hold the truth in every sample, idle and loaded
  bench.py rate      10 000 queries a second for 5 s against timeprobe --serve
  bench.py memory    peak memory of a million queries against a hundred
  bench.py start     size, empty root, time from exec to the first query
  bench.py watch     real steps, slews and switches of this machine's clock, and what kept the probe from running, as the
                     local watch tells them, and ten minutes of quiet, idle and loaded (not part of all: it steps the
                     clock by up to 1 s)
  bench.py faults    real faults of the clock, the path, the probe and the reference, each told by its cause (not part of
                     all: it steps the clock by up to 2.5 ms); --only 'WORDS' for those that begin so
  bench.py best      the best estimate's error beside that of chronyd's own clock, on a path that queues
  bench.py cost      the watch: CPU a wake-up beside a C loop, allocations after start-up, one reading of the clocks
  bench.py replay    a million recorded exchanges of each kind: time on one core, memory against ten thousand
  bench.py causes    what each simulated fault is called: the confusion matrix, 200 worlds of each
  bench.py service   the service: 1000 queries/s to three streams (600 s asked: --seconds), and as it is installed: records
                     lost, memory, CPU beside the C client (not part of all)
  bench.py soak      one long burst: nothing lost, nothing grows (not part of all)
  bench.py all       all but soak

Needs root (namespaces) and nothing but Python's standard library. The machine is noisy, so clients take
turns and are judged by the ratios of neighbouring runs, never by two numbers of different minutes.
Exit status: 0 all asked for was met, 1 something was not, 2 something could not be measured.
"""

import argparse
import json
import math
import os
import re
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import best as estimate  # noqa: E402
import clients  # noqa: E402
import cost  # noqa: E402
import faults as real  # noqa: E402
import replay as recorded  # noqa: E402
import service  # noqa: E402
import watch as faults  # noqa: E402
from clients import CLIENTS, Records, burst, quantile  # noqa: E402
from lab import BUILT, ROOT, SERVER, Lab, Program, cpu_model, fail  # noqa: E402

MIB = 1024 * 1024
rows = []  # (what, asked, measured, verdict)


def row(what, asked, measured, met):
    """met: True, False, or None where nothing is asked or told."""
    verdict = {True: "yes", False: "NO", None: "-"}[met] if not isinstance(met, str) else met
    rows.append((what, asked, measured, verdict))
    # The table comes at the end; what is known before is for those who wait.
    print(f"  {what}: {measured}  [asked: {asked}; {verdict}]", file=sys.stderr, flush=True)


def short(value):
    """Three significant digits, never an exponent for what is large."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def spread(values, unit=""):
    """least / median / greatest."""
    return " / ".join(map(short, (min(values), statistics.median(values), max(values)))) + unit


def median_interval(values):
    """A 95 % confidence interval of the median, from the binomial ranks; no distribution is assumed.
    Fewer than six values cannot give one."""
    ordered, n = sorted(values), len(values)
    if n < 6:
        return 0.0, math.inf
    tail, rank = 0.0, 0
    while rank < n // 2:
        tail += math.comb(n, rank) * 0.5**n
        if tail > 0.025:
            break
        rank += 1
    rank -= 1
    return ordered[rank], ordered[n - 1 - rank]


def no_worse(ratios, limit=1.0):
    """yes: the median of the ratios is within the limit. not told apart: it is not, but by too little for
    this many pairs. NO: worse, with 95 % confidence."""
    if statistics.median(ratios) <= limit:
        return True
    return "not told apart" if median_interval(ratios)[0] <= limit else False


# -- offset, cpu

MEASURES = [
    # name, unit, of a run, in which command, digits
    ("median abs. offset", " us", lambda run: quantile(list(map(abs, run.offsets)), 0.5) / 1000, "offset"),
    ("p99 abs. offset", " us", lambda run: quantile(list(map(abs, run.offsets)), 0.99) / 1000, "offset"),
    ("CPU a query", " us", lambda run: run.cpu_per_query, "cpu"),
    ("peak memory", " MiB", lambda run: run.rss_kib / 1024, "cpu"),
]


def compare(lab, options, wanted):
    names = [name for name in options.clients if not name.startswith("timeprobe") or lab.binary.exists()]
    loads = {"both": ["idle", "loaded"]}.get(options.load, [options.load])
    count = max(1, round(options.seconds * 128))
    server = lab.start_timeprobe_server() if options.server == "timeprobe" else lab.start_server()
    for load in loads:
        busy = lab.busy(2 * os.cpu_count()) if load == "loaded" else []
        runs = {name: [] for name in names}
        for turn in range(options.pairs):
            # Forth and back, so that a drift of the machine favours nobody.
            for name in names if turn % 2 == 0 else names[::-1]:
                run = CLIENTS[name](lab, count)
                if not run.offsets and name != "timeprobe-text":
                    fail(f"{name} got no answer")
                runs[name].append(run)
            print(f"\r{load}: round {turn + 1} of {options.pairs}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        for process in busy:
            process.stop()
        report_comparison(runs, load, wanted)
    server.stop()


def limit_of(subject, other, title):
    """The greatest ratio that is asked for; None: nothing is. Offsets like those of the best programs, at
    the price of the C client, which does no more than send, receive and take both stamps."""
    if not subject.startswith("timeprobe"):
        return None
    if title == "CPU a query":
        return {"c": 1.1, "chrony": 1.0}.get(other)
    return 1.0 if title.endswith("offset") and other in ("chrony", "ntpdig") else None


def report_comparison(runs, load, wanted):
    ours = [name for name in runs if name.startswith("timeprobe")] or [name for name in runs if name == "c"]
    for title, unit, measure, command in MEASURES:
        if command not in wanted:
            continue
        values = {name: [measure(run) for run in of_name] for name, of_name in runs.items()
                  if command == "cpu" or of_name[0].offsets}
        for name, of_name in values.items():
            limit = name.startswith("timeprobe") and title == "peak memory"
            row(f"{title}, {name}, {load}", "<= 2 MiB" if limit else "-", spread(of_name, unit),
                max(of_name) <= 2 if limit else None)
        if title == "peak memory":
            continue  # held to a limit, not to the others
        for subject, name in ((a, b) for a in ours for b in values if a in values and b not in ours):
            ratios = [a / b for a, b in zip(values[subject], values[name]) if b > 0]
            if not ratios:
                continue
            low, high = median_interval(ratios)
            told = f", median within {short(low)} to {short(high)}" if high < math.inf else ""
            asked = limit_of(subject, name, title)
            row(f"{title}, {subject} : {name}, {load}", f"<= {asked:g}" if asked else "-",
                spread(ratios) + told, no_worse(ratios, asked) if asked else None)
    for name, of_name in runs.items():
        lost = sum(run.lost for run in of_name)
        if lost:
            row(f"lost or rejected, {name}, {load}", "-", f"{lost} of {sum(r.queries for r in of_name)}", None)
    if "timeprobe" in runs and "offset" in wanted:
        total = sum(len(run.offsets) for run in runs["timeprobe"])
        outside = sum(run.outside for run in runs["timeprobe"])
        row(f"bounds hold the truth at 128/s, {load}", "every sample", f"{total - outside} of {total}",
            outside == 0)


# -- the promises

def bounds(lab, options):
    server = lab.start_server()
    for load in {"both": ["idle", "loaded"]}.get(options.load, [options.load]):
        busy = lab.busy(2 * os.cpu_count()) if load == "loaded" else []
        total = outside = unbounded = lost = dropped = worst = 0
        widths = []
        while total < options.samples:
            count = min(options.samples - total, 100_000)
            records, _ = burst(lab, options.interval, max(count, 1000), timeout=600)
            total += records.samples
            outside += records.outside
            unbounded += records.unbounded
            lost += records.losses
            dropped += records.dropped
            worst = max(worst, records.worst_outside)
            widths += records.widths
        for process in busy:
            process.stop()
        told = f"{total - outside - unbounded} of {total}, {lost} queries lost"
        if dropped:
            told += f", {dropped} records dropped"
        if outside:
            told += f"; worst by {worst} ns"
        if unbounded:
            told += f"; {unbounded} without bounds"
        row(f"bounds hold the truth, interval {options.interval}, {load}", "every sample", told,
            outside == 0 and unbounded == 0)
        if widths:
            row(f"width of the bounds, {load}", "-",
                f"median {quantile(widths, 0.5) / 1000:.3g} us, p99 {quantile(widths, 0.99) / 1000:.3g} us", None)
    server.stop()


def rate(lab, options):
    count = round(10_000 * options.seconds)
    server = lab.start_timeprobe_server()
    # The rate and the losses from the summary: as many queries, and no stream to keep up with.
    out = lab.folder / "burst.json"
    result = lab.run([lab.binary, "--burst", SERVER, "-i", "100us", "-n", count, "-f", "json"], netns="b",
                     stdout=out, timeout=options.seconds * 10 + 60)
    one = json.loads(out.read_text())["references"][0]
    queries, seconds = one["queries"], one["duration_ns"] / 1e9
    sent = queries["sent"]
    row("rate achieved against --serve", ">= 9900/s of 10 000/s", f"{(sent - 1) / seconds:.0f}/s over "
        f"{seconds:.2f} s", (sent - 1) / seconds >= 9900)
    row("queries without a good reply at that rate", "0",
        f"{sent - queries['good']} of {sent} ({1 - queries['good'] / sent:.4%})", queries["good"] == sent == count)
    records, streaming = burst(lab, "100us", count, timeout=options.seconds * 10 + 60)
    server.stop()
    ended = records.samples + records.losses
    row("each query ends in one record at that rate", f"{count}, none dropped",
        f"{ended}, {records.dropped} records dropped", ended == count and not records.dropped)
    cost = server.result()
    row("CPU a query at that rate", "-", f"client {result.cpu_us / sent:.1f} us, with its records as JSON "
        f"{streaming.cpu_us / count:.1f} us; server {cost.cpu_us / (sent + count):.1f} us, "
        f"{cost.rss_kib / 1024:.2f} MiB", None)


def memory(lab, options):
    server = lab.start_timeprobe_server()
    peak = {}
    for count in (100, options.queries):
        result = lab.run([lab.binary, "--burst", SERVER, "-i", "100us", "-n", count], netns="b",
                         timeout=count / 10_000 * 4 + 60)
        peak[count] = result.rss_kib
        if result.status not in (0, 1, 2, 3):
            fail(f"-n {count} ended with {result.status}: {result.stderr.strip()[:500]}")
    server.stop()
    few, many = peak[100], peak[options.queries]
    row(f"peak memory, -n {options.queries} -i 100us", "<= 2 MiB", f"{many / 1024:.2f} MiB", many <= 2048)
    # 64 KiB: the kernel counts a process's pages in batches of that order.
    row("the same against -n 100", "no growth (64 KiB)", f"{few} KiB, then {many} KiB", many - few <= 64)


def first_query_us(lab, command, port_socket):
    """From exec to the arrival of the first query, by the kernel's stamp, in us."""
    port_socket.setblocking(False)
    try:
        while port_socket.recv(2048):
            pass
    except BlockingIOError:
        pass
    program = Program(lab, command)
    port_socket.settimeout(10)
    _, control, _, _ = port_socket.recvmsg(2048, 256)
    program.stop()
    for level, kind, data in control:
        if level == socket.SOL_SOCKET and kind == 35:  # SCM_TIMESTAMPNS
            seconds, nanoseconds = struct.unpack("qq", data[:16])
            return (seconds * 10**9 + nanoseconds - program.result().exec_ns) / 1000
    fail("the kernel gave no stamp")


def start(lab, options):
    size = lab.binary.stat().st_size
    row("size", "<= 2 MiB", f"{size} bytes ({size / MIB:.2f} MiB)", size <= 2 * MIB)
    kind = subprocess.run(["file", "-b", str(lab.binary)], capture_output=True, text=True).stdout
    row("static", "no interpreter", "static" if "static" in kind else kind.strip(), "static" in kind)

    empty = lab.folder / "empty"
    empty.mkdir(exist_ok=True)
    out = lab.folder / "self.json"
    result = lab.run([lab.binary, "--burst", "--self", "-n", "100", "-i", "10ms", "-f", "json"], root=empty,
                     stdout=out)
    try:
        good = json.loads(out.read_text())["references"][0]["queries"]["good"]
    except (ValueError, LookupError):
        good = 0
    told = result.stderr.strip().replace(str(lab.binary), "timeprobe")[:200]
    row("--burst --self in an empty root file system", "100 good queries",
        f"{good}, ended with {result.status}" + (f": {told}" if told else ""), good == 100)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.setsockopt(socket.SOL_SOCKET, 35, 1)  # SO_TIMESTAMPNS
        receiver.bind(("127.0.0.1", 0))
        port = receiver.getsockname()[1]
        commands = {
            "c": [BUILT / "client", "127.0.0.1", port, 1, 1000],
            "timeprobe": [lab.binary, "--burst", "127.0.0.1", "-p", port, "-n", 1, "-t", "100ms"],
        }
        times = {name: [] for name in commands}
        for _ in range(options.starts):
            for name, command in commands.items():
                times[name].append(first_query_us(lab, command, receiver))
    row("exec to first query, C client", "-", spread(times["c"], " us"), None)
    row("exec to first query, timeprobe", "-", spread(times["timeprobe"], " us"), None)


def process_memory(pid):
    text = Path(f"/proc/{pid}/status").read_text()
    found = {name: int(value) for name, value in re.findall(r"^(VmRSS|VmHWM|Threads):\s+(\d+)", text, re.M)}
    return found["VmRSS"], found["VmHWM"], found["Threads"], len(os.listdir(f"/proc/{pid}/fd"))


def service_in_lab(lab, options):
    service.measure(lab, options, row)


def soak(lab, options):
    """One burst at 128/s, its records read as they come."""
    server = lab.start_server()
    count = round(options.seconds * 128)
    program = Program(lab, [lab.binary, "--burst", SERVER, "-i", f"{clients.INTERVAL_NS}ns", "-n", count,
                            "-f", "jsonl"], netns="b", pipe=True)
    records, gaps, sequence = Records(), 0, 0
    settled = last = None
    started = looked = time.monotonic()
    for raw in program.process.stdout:
        line = raw.decode()
        records.take(line)
        number = re.search(r'"seq":(\d+)', line)
        if number:
            gaps += int(number[1]) != sequence + 1
            sequence = int(number[1])
        if records.samples % 1024 == 0:
            for values in (records.offsets, records.widths, records.delays):
                values.clear()  # an hour has half a million
        now = time.monotonic()
        if now - looked >= 1 and program.running():
            looked = now
            try:
                last = process_memory(program.pid)
            except (OSError, KeyError):
                continue
            # What start-up needs has been touched after a tenth of the time, at most a minute.
            if settled is None and now - started >= min(60, options.seconds / 10):
                settled = last
    result = program.wait(60)
    server.stop()
    ended = records.samples + records.losses
    row(f"soak, {options.seconds:g} s at 128/s: each query ends in one record", f"{count}", f"{ended}",
        ended == count)
    row("soak: queries lost", "0", f"{records.losses}", records.losses == 0)
    row("soak: records dropped", "0", f"{records.dropped}", records.dropped == 0)
    row("soak: gaps in seq", "0", f"{gaps}", gaps == 0)
    row("soak: bounds hold the truth", "every sample",
        f"{records.samples - records.outside - records.unbounded} of {records.samples}",
        records.outside + records.unbounded == 0)
    row("soak: peak memory", "<= 2 MiB", f"{result.rss_kib / 1024:.2f} MiB", result.rss_kib <= 2048)
    if settled and last:
        row("soak: memory since it settled", "no growth (64 KiB)", f"{settled[0]} KiB, then {last[0]} KiB",
            last[0] - settled[0] <= 64)
        row("soak: threads and descriptors since", "the same", f"{settled[2:]}, then {last[2:]}",
            settled[2:] == last[2:])
    row("soak: CPU a query", "-", f"{result.cpu_us / max(ended, 1):.1f} us", None)


def causes(_lab, options):
    """The matrix of Tests/Simulation/Causes, from the same test that `make test` has."""
    run = subprocess.run(
        ["swift", "test", "-c", "release", "-Xswiftc", "-enable-testing", "--scratch-path", ".build-bench",
         "--filter", "Confusion"],
        cwd=ROOT, env={**os.environ, "TIMEPROBE_CAUSE_SEEDS": str(options.worlds)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for line in run.stdout.splitlines():
        if line.startswith(("cause |", "      ")):
            print(line)
    total = re.search(r"causes: (\d+) faults, (\d+) runs, (\d+) right, (\d+) missed, (\d+) proven wrong, "
                      r"(\d+) with an event of nothing", run.stdout)
    if total is None:
        fail(f"the matrix was not printed:\n{run.stdout[-2000:]}")
    faults, runs, right, missed, wrong, spurious = map(int, total.groups())
    row(f"causes, {faults} faults", "99 % right", f"{100 * right / runs:.2f} % of {runs}, {missed} missed",
        right * 100 >= runs * 99 and run.returncode == 0)
    row("causes, proven wrong", "0", str(wrong), wrong == 0)
    row("causes, of nothing", "1 % of runs", str(spurious), spurious * 100 <= runs)


def watch_cost(lab, options):
    cost.run(str(lab.binary), options.pairs, options.seconds, row)


def watch(lab, options):
    faults.run(str(lab.binary), options.faults, row)
    faults.kept_from_running(str(lab.binary), options.faults, row)
    for load in {"both": ["idle", "loaded"]}.get(options.load, [options.load]):
        busy = lab.busy(2 * os.cpu_count()) if load == "loaded" else []
        faults.quiet(str(lab.binary), options.seconds, row, load)
        for process in busy:
            process.stop()


def faults_in_lab(lab, options):
    real.run(lab, options.faults, row, options.only)


def best(lab, options):
    estimate.run(lab, round(options.seconds), row)


def replay(lab, options):
    with tempfile.TemporaryDirectory() as folder:
        for form in recorded.FORMS:
            results = []
            for count in (10_000, options.queries):
                path = Path(folder, form)
                with path.open("w", encoding="ascii") as file:
                    recorded.write(form, count, file)
                result = lab.run([lab.binary, "--replay", str(path)], timeout=300)
                if result.status not in (0, 1, 2, 3):
                    fail(f"--replay of {form} ended with {result.status}: {result.stderr.strip()[:500]}")
                results.append(result)
            few, many = results
            seconds = many.cpu_us / 1e6
            row(f"replay, {options.queries} of {form}: CPU", "< 2 s for a million", f"{seconds:.2f} s",
                seconds < 2 * options.queries / 1e6)
            row(f"replay, {form}: peak memory", "no growth (64 KiB)", f"{few.rss_kib} KiB, then {many.rss_kib} KiB",
                many.rss_kib - few.rss_kib <= 64)


# -- what is printed and kept

def markdown(options):
    when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    kernel = os.uname().release
    # A path belongs to one machine; its last part tells enough.
    words = [os.path.basename(word) if os.sep in word else word for word in sys.argv[1:]]
    lines = [
        f"## {when}: `bench.py {' '.join(words)}`", "",
        f"{cpu_model()}, {os.cpu_count()} cores, Linux {kernel}; {options.pairs} rounds of "
        f"{options.seconds:g} s where clients take turns.", "",
        "| what | asked | measured | met |", "|---|---|---|---|",
        *(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |" for cells in rows), ""]
    return "\n".join(lines)


def record(options):
    path = ROOT / "docs" / "measurements.md"
    path.parent.mkdir(exist_ok=True)
    head = "" if path.exists() else (
        "# Measurements\n\nWritten by `Tests/Bench/bench.py --record`; the newest is last. Three numbers with "
        "slashes are the\nleast, the median and the greatest of the rounds. A ratio `a : b` is taken between "
        "runs that took turns; only\nratios hold beyond the machine and the day.\n")
    with path.open("a", encoding="utf-8") as out:
        out.write(f"{head}\n{markdown(options)}")
    print(f"appended to {path.relative_to(ROOT)}")


def table():
    widths = [max(len(cells[i]) for cells in [("what", "asked", "measured", "met"), *rows]) for i in range(4)]
    for cells in [("what", "asked", "measured", "met"), *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip())


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["offset", "cpu", "bounds", "rate", "memory", "start", "cost", "causes", "watch", "faults", "best", "replay", "service", "soak", "all"])
    parser.add_argument("--pairs", type=int, default=15, help="rounds in which the clients take turns (15)")
    parser.add_argument("--seconds", type=float,
                        help="length of a run (offset, cpu, rate: 5; best: 60; watch: 600 of quiet; soak: 3600)")
    parser.add_argument("--clients", default="timeprobe,chrony,c,timeprobe-text,ntpdig",
                        help=f"who takes turns, of {','.join(CLIENTS)} (all but chrony-xleave)")
    parser.add_argument("--server", choices=["chrony", "timeprobe"], default="chrony",
                        help="offset, cpu: who is asked (chrony; its own client then finds its code in the "
                             "caches, warmed by the server and the other way round)")
    parser.add_argument("--load", choices=["idle", "loaded", "both"], default="both",
                        help="loaded: twice as many busy processes as cores (both)")
    parser.add_argument("--samples", type=int, default=100_000, help="bounds: samples for each load (100000)")
    parser.add_argument("--interval", default="500us", help="bounds: between queries (500us)")
    parser.add_argument("--queries", type=int, default=1_000_000, help="memory, replay: the many queries (1000000)")
    parser.add_argument("--starts", type=int, default=20, help="start: how often (20)")
    parser.add_argument("--worlds", type=int, default=200, help="causes: worlds of each fault (200)")
    parser.add_argument("--faults", type=int, default=20, help="watch, faults: how many of each (20)")
    parser.add_argument("--only", action="append", help="faults: those whose names begin so")
    parser.add_argument("--binary", default=str(ROOT / "dist" / "timeprobe"), help="dist/timeprobe")
    parser.add_argument("--record", action="store_true", help="append the table to docs/measurements.md")
    options = parser.parse_args()
    if options.seconds is None:
        options.seconds = {"soak": 3600.0, "watch": 600.0, "best": 60.0, "service": 600.0}.get(options.command, 5.0)
    options.clients = options.clients.split(",")
    for name in options.clients:
        if name not in CLIENTS:
            parser.error(f"no such client: {name} (known: {', '.join(CLIENTS)})")
    return options


def main():
    options = arguments()
    lab = Lab(options.binary)
    present = lab.binary.exists()
    every = options.command == "all"
    missing = False
    if every or options.command in ("offset", "cpu"):
        if any(name.startswith("timeprobe") for name in options.clients) and not present:
            print(f"bench: there is no {lab.binary}; the others are measured", file=sys.stderr)
            missing = True
        compare(lab, options, ("offset", "cpu") if every else (options.command,))
    for name, measure in (("start", start), ("bounds", bounds), ("rate", rate), ("memory", memory),
                          ("cost", watch_cost), ("causes", causes), ("watch", watch), ("faults", faults_in_lab), ("best", best), ("replay", replay), ("service", service_in_lab), ("soak", soak)):
        if options.command == name or (every and name not in ("soak", "watch", "faults", "best", "service")):
            if present:
                print(f"{name}:", file=sys.stderr, flush=True)
                measure(lab, options)
            else:
                missing = True
                row(name, "-", "there is no binary", None)
    lab.close()
    if options.command in ("offset", "cpu", "all"):
        print(f"{options.pairs} rounds of {options.seconds:g} s; least / median / greatest of the rounds")
    table()
    if options.record:
        record(options)
    if any(cells[3] == "NO" for cells in rows):
        return 1
    return 2 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
