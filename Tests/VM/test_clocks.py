"""`timeprobe --clocks` where every clock is: three clocksources, an HPET, PTP clocks of known truth."""

import json
import unittest

from lab import Guest

# On one line in the guest, where tpnic's clocks are exact functions of R. A reading of them by PTP_SYS_OFFSET_PRECISE
# is exact to the nanosecond, so that a second is long enough for the 0.1 ppm that are asked.
SECONDS = 1
PPM = 0.1


class ClockTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guest = cls.enterClassContext(Guest())
        cls.guest.run("modprobe e1000e; ip link set eth0 up")

    def survey(self, options):
        """What one run found."""
        return json.loads(self.guest.run(f"timeprobe --clocks {options} --json").stdout)

    def clocks(self, table):
        """The clocks of a table by what they call themselves, else by name."""
        return {clock.get("label", clock["clock"]): clock for clock in table["clocks"]}

    def plugged(self, parameters, options=f"-d {SECONDS}s", then=""):
        self.guest.run(f"plug {parameters}; {then}")
        try:
            return self.clocks(self.survey(options)["tables"][0])
        finally:
            self.guest.run("unplug")

    def expect_rate(self, clock, ppm):
        """Rated right to 0.1 ppm, and the bounds hold the truth."""
        self.assertEqual(clock["state"], "ok", clock)
        self.assertAlmostEqual(clock["rate_ppm"], ppm, delta=PPM)
        self.assertLessEqual(clock["rate_low_ppm"], ppm)
        self.assertGreaterEqual(clock["rate_high_ppm"], ppm)
        self.assertLess(clock["rate_high_ppm"] - clock["rate_low_ppm"], 2 * PPM)

    def test_each_clocksource_is_switched_to_measured_and_left_again(self):
        available = self.guest.run("cat $clocksource/available_clocksource").stdout.split()
        self.assertEqual(available, ["tsc", "hpet", "acpi_pm"])
        result = self.guest.run("timeprobe --clocks --switch -d 500ms --json")
        self.assertIn("the clocksource is tsc again", result.stderr)
        report = json.loads(result.stdout)
        self.assertEqual(report["switch"], {"first": "tsc", "failures": [], "state": "restored"})
        self.assertEqual([table["clocksource"] for table in report["tables"]], available)
        self.assertEqual(self.guest.run("current").stdout.strip(), "tsc")
        for table in report["tables"]:
            self.assertNotIn("changed_to", table)
            clocks = self.clocks(table)
            for name in ("REALTIME", "TAI", "MONOTONIC", "MONOTONIC_RAW", "BOOTTIME"):
                self.assertEqual(clocks[name]["state"], "ok", clocks[name])
                self.assertEqual(clocks[name]["backward"], 0)
            # QEMU's HPET has 100 MHz and its TSC the host's frequency: of one host clock, both.
            self.assertAlmostEqual(clocks["HPET"]["frequency_hz"] / 1e8, 1, delta=0.001)
        mode = {table["clocksource"]: table["mode"] for table in report["tables"]}
        self.assertEqual(mode["tsc"], "vdso")
        # Neither can be read without the kernel. An emulator's figures need not prove it.
        self.assertNotEqual(mode["hpet"], "vdso")
        self.assertNotEqual(mode["acpi_pm"], "vdso")
        cost = {table["clocksource"]: table["monotonic_ns"]["median"] for table in report["tables"]}
        self.assertLess(cost["tsc"], cost["hpet"])
        self.assertLess(cost["tsc"], cost["acpi_pm"])

    def test_ptp_clocks_with_a_known_drift(self):
        clocks = self.plugged("drift_ppb=20000,-30000")
        self.expect_rate(clocks["tpnic0"], 20)
        self.expect_rate(clocks["tpnic1"], -30)

    def test_ptp_clocks_without_precise_readings(self):
        clocks = self.plugged("drift_ppb=20000,-30000 precise=0", options="-d 4s")
        self.assertEqual(clocks["tpnic0"]["via"], "PTP_SYS_OFFSET_EXTENDED")
        for name, ppm in (("tpnic0", 20), ("tpnic1", -30)):
            self.assertAlmostEqual(clocks[name]["rate_ppm"], ppm, delta=1)
            self.assertLessEqual(clocks[name]["rate_low_ppm"], ppm)
            self.assertGreaterEqual(clocks[name]["rate_high_ppm"], ppm)

    def test_a_ptp_clock_that_stands_still(self):
        clocks = self.plugged("frozen=1")
        self.assertEqual(clocks["tpnic0"]["state"], "frozen")
        # And one of a real driver: QEMU's e1000e up to 7.2 at least; later ones run 2.5 times too fast.
        real = [clock for clock in clocks.values() if clock.get("driver") == "e1000e"]
        self.assertEqual(len(real), 1)
        self.assertIn(real[0]["state"], ("frozen", "fast"))

    def test_a_ptp_clock_that_runs_two_and_a_half_times_too_fast(self):
        clock = self.plugged("drift_ppb=1500000000")["tpnic0"]
        self.assertEqual(clock["state"], "fast")
        self.assertAlmostEqual(clock["rate_ppm"], 1_500_000, delta=PPM)
        self.guest.run("plug drift_ppb=1500000000")
        try:
            screen = self.guest.run("timeprobe --clocks -d 200ms").stdout
        finally:
            self.guest.run("unplug")
        self.assertIn("RUNS 2.50 times too fast", screen)
        self.assertLessEqual(max(len(line) for line in screen.splitlines()), 80)

    def test_a_ptp_clock_that_steps(self):
        clock = self.plugged(
            "", then="(usleep 1000000; echo -5000000 > /sys/module/tpnic/parameters/step_ns) > /dev/null 2>&1 &",
            options="-d 3s")["tpnic0"]
        self.assertEqual(clock["state"], "stepped", clock)
        self.assertAlmostEqual(clock["jump_ns"], -5_000_000, delta=1000)

    def test_a_ptp_clock_whose_driver_has_no_reading(self):
        clock = self.plugged("", then="echo 1 > /sys/module/tpnic/parameters/refuse")["tpnic0"]
        self.assertEqual((clock["state"], clock["errno"]), ("unreadable", 95))
        self.assertNotIn("rate_ppm", clock)


class SwitchTests(unittest.TestCase):
    """The guardian on a real kernel: what ends the measuring process does not end with another clocksource."""

    @classmethod
    def setUpClass(cls):
        cls.guest = cls.enterClassContext(Guest())

    def expect_restored_after(self, signal, said):
        result = self.guest.run(f"""
            timeprobe --clocks --switch -d 1s > /run/out.txt 2> /run/err.txt &
            probe=$!
            eventually left_tsc
            kill -{signal} $probe
            wait $probe || true
            eventually has_tsc
            eventually grep -q '{said}' /run/err.txt
            eventually sh -c '! pidof timeprobe-guard'
            cat /run/err.txt
            """)
        self.assertIn(said, result.stdout)
        self.assertEqual(self.guest.run("current").stdout.strip(), "tsc")

    def test_signals_that_end_it_at_once(self):
        for signal in ("KILL", "SEGV", "HUP"):
            with self.subTest(signal):
                self.expect_restored_after(signal, "ended before it was done; the clocksource is tsc again")

    def test_signals_that_ask_for_the_end(self):
        for signal in ("INT", "TERM"):
            with self.subTest(signal):
                self.expect_restored_after(signal, "timeprobe: the clocksource is tsc again")

    def test_a_second_one_is_refused(self):
        result = self.guest.run("""
            timeprobe --clocks --switch -d 2s -q > /dev/null &
            eventually left_tsc
            before=$(current)
            timeprobe --clocks --switch && status=0 || status=$?
            [ $status = 77 ] && [ "$(current)" = $before ]
            wait
            current
            """)
        self.assertIn("nothing was changed: another --switch is under way", result.stderr)
        self.assertEqual(result.stdout.splitlines()[-1], "tsc")

    def test_without_the_right(self):
        for what, words in (
            ("a read-only /sys", "unshare -m sh -ec 'mount -o remount,bind,ro /sys; timeprobe --clocks --switch'"),
            ("nobody", "su -s /bin/sh nobody -c 'timeprobe --clocks --switch'"),
            ("the first process of its namespace", "unshare -p -f sh -c 'exec timeprobe --clocks --switch'"),
        ):
            with self.subTest(what):
                result = self.guest.run(words, check=False)
                self.assertEqual(result.status, 77, result)
                self.assertIn("nothing was changed: ", result.stderr)
                self.assertEqual(self.guest.run("current").stdout.strip(), "tsc")
