"""Recorded streams of any length for `bench.py replay` and for the lab: the same lines on every run."""

import argparse
import random
import sys

EPOCH = 1795227845  # 2026-11-21T02:24:05Z
NTP = 2208988800


def exchanges(count, interval):
    """T1 to T4 in ns of a clock that drifts and of a path that queues; the reference's clock is right."""
    dice = random.Random(7)
    clock = 0.0
    for index in range(count):
        sent = EPOCH * 10**9 + int(index * interval * 1e9)
        clock += 2e-6 * interval * 1e9
        out, held, back = (100_000 + int(dice.expovariate(1 / 50_000)) for _ in range(3))
        yield (sent + int(clock), sent + out, sent + out + held, sent + out + held + back + int(clock))


def seconds(ns):
    return f"{ns // 10**9}.{ns % 10**9:09d}"


def rawstats(times):
    for t1, t2, t3, t4 in times:
        day, rest = divmod(t4, 86400 * 10**9)
        stamps = " ".join(seconds(t + NTP * 10**9) for t in (t1, t2, t3, t4))
        yield (
            f"{day + 40587} {rest // 10**9}.{rest // 10**6 % 1000:03d} 10.0.0.1 10.0.0.7 {stamps}"
            " 0 4 4 1 6 -25 0.000000 0.000015 .GPS. 0 0 0x400\n"
        )


def jsonl(times):
    head = (
        '{"schema":"timeprobe/1","kind":"%s","probe":"vm7","run":"9c1f03a700112233445566778899aabb","seq":%d,'
    )
    for index, (t1, t2, t3, t4) in enumerate(times):
        raw = [seconds(t - EPOCH * 10**9 + 10**12) for t in (t1, t4)]
        low, high = t3 - t4 - 33, t2 - t1 + 33
        yield (
            head % ("sample", index + 1)
            + f'"reference":"gps1","time":"2026-11-21T02:24:05.838945372Z","raw":"{raw[1]}",'
            f'"t1":"{seconds(t1)}","t2":"{seconds(t2)}","t3":"{seconds(t3)}","t4":"{seconds(t4)}",'
            f'"tx":"kernel","rx":"kernel","mode":"basic","offset_ns":{((t2 - t1) + (t3 - t4)) // 2},'
            f'"bound":"exchange","bound_low_ns":{low},"bound_high_ns":{high + (t4 - t1) // 2000 + 1},'
            f'"utc_low_ns":{low - 15259},"utc_high_ns":{high + 15259},"delay_ns":{t4 - t1 - (t3 - t2)},'
            f'"blind_ns":2,"blind_max_ns":402000,"stages_ns":{{"local_tx":5210,"out":100000,"server":{t3 - t2},'
            '"back":100000,"local_rx":3890},"leap":0,"stratum":1,"refid":"GPS","root_delay_ns":0,'
            f'"root_dispersion_ns":15259,"precision":-25,"query":{index + 1},"eps_ns":{{"stamps":2,"precision":30,'
            '"map_tx":555,"map_rx":422}}\n'
        )


def chrony(times):
    import time

    last, text = None, ""
    for t1, t2, t3, t4 in times:
        second = (t1 + t4) // 2 // 10**9
        if second != last:
            last, text = second, time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(second))
        offset, delay = ((t2 - t1) + (t3 - t4)) / 2e9, (t4 - t1 - (t3 - t2)) / 1e9
        yield (
            f"{text} 10.0.0.1        N  1 111 111 1111   0  0 0.00 {offset:10.3e} {delay:10.3e}  1.200e-06"
            "  0.000e+00  1.526e-05 47505300 4B K K\n"
        )


FORMS = {"rawstats": (rawstats, 1.0), "jsonl": (jsonl, 0.008), "chrony": (chrony, 1.0)}


def write(form, count, file):
    lines, interval = FORMS[form]
    file.writelines(lines(exchanges(count, interval)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("form", choices=FORMS)
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    write(options.form, options.count, sys.stdout)
