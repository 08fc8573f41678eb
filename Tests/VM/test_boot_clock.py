"""The service in a guest whose clock begins in 1970, until somebody sets it."""

import unittest

from lab import Guest, events

SERVICE = """
cd /tmp
# Anchored once, while the clock is right, and then run on MONOTONIC_RAW.
timeprobe --serve 127.0.0.1:1123 --base raw > serve.log 2>&1 &
serve=$!
patience=20 eventually timeprobe --burst 127.0.0.1:1123 -n 1 -q
right=$(date +%s)
date -s @60 > /dev/null
timeprobe 127.0.0.1:1123 -i 50ms -q --set 'stream jsonl file:/tmp/records.jsonl records samples,windows,events' \\
  --set 'spool /tmp/spool' --set 'control off' 2> service.log &
service=$!
samples() { [ "$(grep -c '"kind":"sample"' records.jsonl)" -gt $1 ]; }
patience=20 eventually samples 10
date -s @$right > /dev/null
patience=20 eventually samples 30
kill $service $serve
wait $service
echo "$?" > ended
cat records.jsonl
"""

YEAR = 365 * 86400 * 10**9


class BootClockTests(unittest.TestCase):
    def test_a_clock_of_1970_is_measured_and_its_setting_is_seen(self):
        with Guest() as guest:
            result = guest.run(SERVICE)
            self.assertEqual(guest.run("cat /tmp/ended").stdout, "0\n")
            records = result.records()
            samples = [record for record in records if record["kind"] == "sample"]
            early = [sample for sample in samples if sample["time"].startswith("1970-01-01T00:01")]
            late = [sample for sample in samples if sample["time"] > "2020"]
            self.assertGreaterEqual(len(early), 10)
            self.assertTrue(late)
            self.assertEqual(len(early) + len(late), len(samples))
            for sample in early:
                # Behind: the offset is positive.
                self.assertGreater(sample["offset_ns"], 50 * YEAR, sample)
                self.assertGreater(sample["bound_low_ns"], 50 * YEAR, sample)
            self.assertLess(abs(late[-1]["offset_ns"]), 60 * 10**9, late[-1])
            (step,) = events(records, "clock-step")
            self.assertEqual(step["certainty"], "proven")
            self.assertLess(step["size_ns"], -50 * YEAR)
            self.assertEqual([record["seq"] for record in records], list(range(1, len(records) + 1)))


if __name__ == "__main__":
    unittest.main()
