"""`timeprobe --burst` in a guest whose reference reads the same clock: the true offset is 0."""

import json
import subprocess
import unittest

from lab import ROOT, Guest

SCHEMA = ROOT / "Tests" / "ProbeTests" / "Record" / "validate.py"


class BurstTests(unittest.TestCase):
    cpus = 1

    @classmethod
    def setUpClass(cls):
        cls.guest = cls.enterClassContext(Guest(cpus=cls.cpus))
        cls.guest.run("plug; serve")

    def expect_samples(self, result, count):
        """All queries were answered with kernel stamps, and every bound holds the truth."""
        records = result.records()
        self.assertEqual([record["seq"] for record in records], list(range(1, len(records) + 1)))
        self.assertEqual(records[0]["kind"], "hello")
        samples = [record for record in records if record["kind"] == "sample"]
        self.assertEqual([sample["query"] for sample in samples], list(range(1, count + 1)))
        for sample in samples:
            self.assertEqual((sample["tx"], sample["rx"]), ("kernel", "kernel"), sample)
            self.assertLessEqual(sample["bound_low_ns"], 0, sample)
            self.assertGreaterEqual(sample["bound_high_ns"], 0, sample)
            self.assertGreater(sample["delay_ns"], 0, sample)
        checked = subprocess.run(["python3", SCHEMA], input=result.stdout, text=True, capture_output=True, check=False)
        self.assertEqual(checked.returncode, 0, checked.stderr[:2000])
        return records[0]

    def test_records_of_a_burst_over_tpnic(self):
        result = self.guest.run("timeprobe --burst $reference -n 100 -c 1s -f jsonl")
        hello = self.expect_samples(result, 100)
        self.assertEqual(hello["kernel"], self.guest.run("uname -r").stdout.strip())
        self.assertEqual(hello["clocksource"], self.guest.run("cat $clocksource/current_clocksource").stdout.strip())

    def test_verdict_of_a_burst_over_tpnic(self):
        result = self.guest.run("timeprobe --burst $reference -n 100 -c 1s --json")
        report = json.loads(result.stdout)
        self.assertEqual((report["exit"], report["verdict"]), (0, "ok"), report)
        self.assertEqual(report["references"][0]["queries"]["good"], 100)

    def test_a_limit_that_no_emulated_path_can_prove(self):
        result = self.guest.run("timeprobe --burst $reference -n 20 -c 1us --json", check=False)
        self.assertIn(result.status, (1, 3))
        self.assertEqual(json.loads(result.stdout)["exit"], result.status)

    def test_the_instruments_own_floor(self):
        self.expect_samples(self.guest.run("timeprobe --burst --self -n 100 -f jsonl || [ $? = 3 ]"), 100)
        self.assertEqual(self.guest.run("timeprobe --burst --self -n 20", check=False).status, 3)


class BurstOnTwoCPUsTests(BurstTests):
    cpus = 2
