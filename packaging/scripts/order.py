#!/usr/bin/env python3
"""Writes packaging/functions.order: the functions that a burst and the service run, by name, those that run for each query
first. The linker puts them next to each other, because the kernel maps 64 KiB of a file around each page that is touched:
what runs together and lies apart is resident memory, and a cold cache line more.

Needs valgrind. Run it when the code has moved; names that are gone cost nothing.
"""

import collections
import os
import re
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRATCH = ROOT / ".build-symbols"
PORT = 12377
QUERIES = 400
# The machine chooses among these by its processor, and valgrind's is another: all of a function of which one ran.
VARIANT = re.compile(r"^__(mem\w+?|str\w+?)_(?:evex|avx|sse)")

CONFIGURATION = """
reference 127.0.0.1:{port} name gps1 interval 10ms
spool {folder}/spool
window 1s
stream jsonl file:{folder}/out.jsonl records samples,windows,events
stream jsonl tcp://127.0.0.1:9 records windows,events around 5s
stream influx udp://127.0.0.1:9
stream prometheus file:{folder}/out.prom interval 1s
control {folder}/control
"""


def build():
    environment = {**os.environ, "TIMEPROBE_EMBEDDED": "1", "TIMEPROBE_SYMBOLS": "1"}
    subprocess.run(["swift", "build", "-c", "release", "--product", "timeprobe", "--scratch-path", SCRATCH],
                   cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return SCRATCH / "release" / "timeprobe"


def symbols(binary):
    """Every function: (address, size, names); folded ones share an address."""
    found = collections.defaultdict(list)
    sizes = {}
    for line in subprocess.run(["nm", "-S", binary], check=True, capture_output=True, text=True).stdout.splitlines():
        words = line.split()
        if len(words) == 4 and words[2] in "tTwWiI":
            found[int(words[0], 16)].append(words[3])
            sizes[int(words[0], 16)] = int(words[1], 16)
    return sorted((address, sizes[address], names) for address, names in found.items())


def executed(out):
    """How often each instruction ran, by its address."""
    counts = collections.Counter()
    address = 0
    is_call = False
    for line in out.read_text().splitlines():
        if line.startswith("calls="):
            is_call = True
            continue
        match = re.match(r"(0x[0-9a-f]+|[+-]\d+|\*) \S+ (\d+)$", line)
        if not match:
            continue
        where = match[1]
        if where.startswith("0x"):
            address = int(where, 16)
        elif where != "*":
            address += int(where)
        if not is_call:
            counts[address] += int(match[2])
        is_call = False
    return counts


def trace(binary, folder, command, seconds=None):
    out = folder / "callgrind.out"
    valgrind = ["valgrind", "--tool=callgrind", "--dump-instr=yes", f"--callgrind-out-file={out}", binary]
    process = subprocess.Popen([*map(str, valgrind), *map(str, command)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    if seconds:
        time.sleep(seconds)
        process.terminate()
    process.wait()
    return executed(out)


def main():
    binary = build()
    functions = symbols(binary)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = folder / "timeprobe"
        # valgrind cannot read this toolchain's debugging information.
        subprocess.run(["objcopy", "-g", binary, plain], check=True)
        configuration = folder / "timeprobe.conf"
        configuration.write_text(CONFIGURATION.format(port=PORT, folder=folder))
        server = subprocess.Popen([str(plain), "--serve", f"127.0.0.1:{PORT}"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        try:
            burst = ["--burst", f"127.0.0.1:{PORT}", "-i", "2ms", "-n", QUERIES]
            runs = [trace(plain, folder, burst), trace(plain, folder, [*burst, "-f", "jsonl"]),
                    # The second finds what the first left.
                    trace(plain, folder, ["--config", configuration], seconds=8),
                    trace(plain, folder, ["--config", configuration], seconds=12),
                    trace(plain, folder, ["--burst", "--self", "-n", "50"])]
        finally:
            server.kill()
            server.wait()
        # And nobody answers.
        runs.append(trace(plain, folder, ["--config", configuration], seconds=8))
    def ran(address, size):
        return max(max((run[at] for at in range(address, address + max(size, 1)) if at in run), default=0)
                   for run in runs)

    chosen = {VARIANT.match(name)[1] for address, size, names in functions for name in names
              if VARIANT.match(name) and ran(address, size)}
    hot, warm = [], []
    for address, size, names in functions:
        most = ran(address, size)
        if most >= QUERIES / 2:
            hot.append(names)
        elif most or any(VARIANT.match(name) and VARIANT.match(name)[1] in chosen for name in names):
            warm.append(names)
    lines = [name for names in hot + warm for name in sorted(names)]
    (ROOT / "packaging" / "functions.order").write_text("\n".join(lines) + "\n")
    print(f"packaging/functions.order: {len(hot)} functions for each query, {len(warm)} others")


if __name__ == "__main__":
    main()
