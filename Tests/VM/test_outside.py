"""What references outside of the guest show: a pause of the whole guest, a step of one of them, a clock that follows a bad one."""

import os
import time
import unittest

from lab import Guest, events
from outside import HOSTS, Outside

TIMES = int(os.environ.get("TIMEPROBE_VM_FAULTS", "2"))
SECONDS = 2


class OutsideTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.outside = Outside()
        cls.addClassCleanup(cls.outside.close)
        cls.guest = cls.enterClassContext(Guest(outside=cls.outside))
        cls.guest.run("reach_outside")

    def tearDown(self):
        self.guest.run("end_burst; end /run/steer.pid TERM")


class PauseTests(OutsideTests):
    def burst(self, references, told, inflict):
        """The events of a burst in which this is done so often, and the sizes that each was seen to have."""
        self.guest.run(f"begin_asking {references} -i 20ms -t 400ms; patience=30 eventually told '\"kind\":\"sample\"' 100")
        sizes = []
        for number in range(TIMES):
            sizes.append(inflict())
            self.guest.run(f"patience=20 eventually told '{told}' {number + 1}")
        return self.guest.run("end_burst; cat /run/burst.jsonl", 120).records(), sizes

    def pause(self):
        """Between the two, at least and at most, in ns."""
        before = time.monotonic_ns()
        self.guest.qmp("stop")
        stopped = time.monotonic_ns()
        time.sleep(SECONDS)
        resumed = time.monotonic_ns()
        self.guest.qmp("cont")
        return resumed - stopped, time.monotonic_ns() - before

    def step(self):
        self.outside.steps[HOSTS[0]] += SECONDS * 10**9
        return (SECONDS * 10**9, SECONDS * 10**9)

    def expect(self, records, sizes, cause, certainty, also):
        told = [event for event in events(records, "guest-pause", "reference") if "jump_ns" in event["evidence"]]
        self.assertEqual(len(told), TIMES, told)
        for event, (least, most) in zip(told, sizes):
            self.assertEqual((event["cause"], event["certainty"], event.get("also", [])), (cause, certainty, also), event)
            self.assertGreaterEqual(event["evidence"]["jump_ns"] + event["error_ns"], least)
            self.assertLessEqual(event["evidence"]["jump_ns"] - event["error_ns"], most)
            print(f"{(event['evidence']['jump_ns'] - least) / 1e6:.1f} ms over {least / 1e9:.3f} s ... ", end="", flush=True)
        # Nothing of the guest's own saw it.
        self.assertEqual(events(records, "clock-step", "guest-suspend", "clocksource-change", "leap-second"), [])
        wrong = [event for event in records if event["kind"] == "event" and event["certainty"] == "proven"
                 and event["cause"] in ("clock-slew", "reference", "guest-pause") and event not in told
                 and "slow_ns" not in event["evidence"]]
        self.assertEqual(wrong, [])
        return told

    def test_one_reference_names_both(self):
        told = self.expect(
            *self.burst("10.98.0.1", "guest-pause", self.pause), "guest-pause", "indicated", ["reference"])
        for event in told:
            self.assertEqual(event["reference"], "10.98.0.1")

    def test_two_references_prove_it(self):
        told = self.expect(*self.burst("10.98.0.1 10.98.0.2", "guest-pause", self.pause), "guest-pause", "proven", [])
        for event in told:
            self.assertEqual(event["evidence"]["others_jumped"], 1)
            self.assertNotIn("reference", event)

    def test_the_embedded_reference_proves_nothing(self):
        # It stood still with the guest.
        self.expect(*self.burst("--self 10.98.0.1", "guest-pause", self.pause), "guest-pause", "indicated", ["reference"])

    def test_one_of_two_references_that_steps(self):
        told = self.expect(
            *self.burst("10.98.0.1 10.98.0.2", "others_held", self.step), "reference", "proven", [])
        for event in told:
            self.assertEqual((event["reference"], event["evidence"]["others_held"]), ("10.98.0.1", 1))


class BadServerTests(OutsideTests):
    def test_a_clock_that_follows_a_bad_server(self):
        good, bad = "10.98.0.1", HOSTS[1]
        self.guest.run(f"follow 10.98.0.2; begin_asking {good} -i 50ms -t 400ms; "
                       "patience=30 eventually told '\"kind\":\"sample\"' 100", 150)
        self.outside.gain(bad, 20_000)
        self.guest.run("patience=60 eventually told '\"toward_reference\":false' 3", 90)
        records = self.guest.run("end_burst; cat /run/burst.jsonl", 120).records()
        slews = events(records, "clock-slew")
        away = [slew for slew in slews if slew["evidence"].get("toward_reference") is False]
        toward = [slew for slew in slews if slew["evidence"].get("toward_reference") is True]
        print(f"{len(away)} slews away, {len(toward)} toward, {len(slews) - len(away) - len(toward)} neither ... ", end="", flush=True)
        self.assertGreater(len(away), len(toward))
        for slew in away:
            self.assertEqual(slew["evidence"]["steered_by"], ["chronyd"], slew)
            self.assertEqual(slew["certainty"], "proven", slew)
        # The last of them runs with the bad server, faster than the good one.
        self.assertGreater(max(slew["evidence"]["rate_ppb"] for slew in away), 1_000_000)
        self.assertEqual(events(records, "clock-step", "guest-pause", "leap-second"), [])
        self.assertEqual([e for e in events(records, "reference") if "jump_ns" in e["evidence"]], [])
