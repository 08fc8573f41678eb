"""The watch while chronyd disciplines the guest's clock by a PTP clock that gains 20 ppm on the raw clock, exactly."""

import os
import re
import unittest

from lab import Guest, events, nanoseconds

CLOCK = ("clock-step", "clock-slew", "leap-second")
QUIET_SECONDS = int(os.environ.get("TIMEPROBE_VM_QUIET_SECONDS", "20"))


class SteeringTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guest = cls.enterClassContext(Guest())

    def tearDown(self):
        self.guest.run("calm; end_burst; end /run/steer.pid TERM; unplug")

    def plug(self, offset):
        """The PTP clock is that much ahead of the guest's."""
        self.guest.run(f"plug drift_ppb=20000 start_off_ns={offset}")

    def expect_steered(self, said):
        """chronyd knows the rate: its clock loses 20 ppm."""
        found = re.search(r"^Frequency +: ([0-9.]+) ppm slow$", said, re.MULTILINE)
        self.assertIsNotNone(found, said)
        self.assertAlmostEqual(float(found.group(1)), 20, delta=0.5)


class QuietTests(SteeringTests):
    def expect_quiet(self, load):
        self.plug(0)
        said = self.guest.run("steer; settle", 180).stdout
        self.expect_steered(said)
        result = self.guest.run(
            f"{load}; timeprobe --burst --self -d {QUIET_SECONDS}s -f jsonl | digest; calm; chronyc -n tracking > /run/steered",
            QUIET_SECONDS + 120)
        records = result.records()
        digest = records[-1]
        self.assertEqual(events(records, *CLOCK), [])
        # Nor was anything lost on its way here.
        self.assertEqual([record for record in records if record["kind"] == "drop"], [])
        print(f"{QUIET_SECONDS} s: {digest['samples']} samples, {digest['stalls']} stalls ... ", end="", flush=True)
        self.assertGreater(digest["samples"], 10 * QUIET_SECONDS)
        self.expect_steered(self.guest.run("cat /run/steered").stdout)

    def test_idle(self):
        self.expect_quiet("true")

    def test_two_busy_processes_a_cpu(self):
        self.expect_quiet("overload 2")


class FlightTests(SteeringTests):
    """chronyd begins while the burst runs."""

    def flight(self, offset, *directives):
        self.plug(offset)
        words = " ".join(f"'{directive}'" for directive in directives)
        said = self.guest.run(f"begin_burst; steer {words}; settle > /dev/null; end_burst; cat /run/steer.log", 180)
        records = self.guest.run("digest < /run/burst.jsonl").records()
        return said.stdout, records

    def test_a_slew_is_never_called_a_step(self):
        log, records = self.flight(5_000_000)
        self.assertNotIn("stepped", log)
        slews = events(records, "clock-slew")
        self.assertNotEqual(slews, [])
        for slew in slews:
            self.assertEqual(slew["evidence"]["rate_source"], "adjtimex", slew)
            self.assertGreaterEqual(
                abs(slew["evidence"]["rate_ppb"] - slew["evidence"]["rate_before_ppb"]), 1000, slew)
        self.assertGreater(max(slew["evidence"]["rate_ppb"] for slew in slews), 100_000)
        self.assertEqual(events(records, "clock-step", "leap-second"), [])

    def test_a_step_is_called_one(self):
        log, records = self.flight(50_000_000, "makestep 0.001 1")
        stepped = re.findall(r"System clock was stepped by (-?[0-9.]+) seconds", log)
        self.assertEqual(len(stepped), 1, log)
        steps = events(records, "clock-step")
        self.assertEqual([step["certainty"] for step in steps], ["proven"])
        # C was set forward: S - C fell.
        self.assertAlmostEqual(steps[0]["size_ns"], -nanoseconds(stepped[0]), delta=1000 + steps[0]["error_ns"])
        for slew in events(records, "clock-slew"):
            self.assertEqual(slew["evidence"]["rate_source"], "adjtimex", slew)
