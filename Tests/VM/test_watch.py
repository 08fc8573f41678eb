"""What the local watch of a running burst says of faults of the guest's clocksource and processors."""

import unittest

from lab import Guest, events, nanoseconds

MS = 1_000_000
# /proc/uptime has hundredths; nobody steers, so that BOOTTIME and the raw clock are as good as one.
UPTIME = 10 * MS


class WatchTests(unittest.TestCase):
    # With one CPU the kernel keeps the TSC, and a thread has one run queue to wait on.
    snapshots = False

    @classmethod
    def setUpClass(cls):
        cls.guest = cls.enterClassContext(Guest(snapshots=cls.snapshots))

    def tearDown(self):
        self.guest.run("calm; end_burst")

    def end_burst(self):
        return self.guest.run("end_burst; cat /run/burst.jsonl").records()


class ClocksourceTests(WatchTests):
    snapshots = True

    def expect_change(self, event, before, after, not_yet):
        """Told within a second. `not_yet`: the uptime when it had not happened."""
        self.assertEqual(event["certainty"], "proven")
        self.assertEqual((event["evidence"]["clocksource_before"], event["evidence"]["clocksource"]), (before, after))
        late = nanoseconds(event["raw"]) - nanoseconds(not_yet)
        self.assertGreater(late, -UPTIME)
        self.assertLessEqual(late, 1000 * MS)

    # Runs before the one that leaves the TSC for good.
    def test_a_switch_that_somebody_asked_for(self):
        said = self.guest.run("""
            begin_burst
            cat /proc/uptime
            echo hpet > $clocksource/current_clocksource
            eventually told clocksource-change 1
            cat /proc/uptime
            echo tsc > $clocksource/current_clocksource
            eventually told clocksource-change 2
            """).stdout.split()
        records = self.end_burst()
        there, back = events(records, "clocksource-change")
        self.expect_change(there, "tsc", "hpet", said[0])
        self.expect_change(back, "hpet", "tsc", said[2])
        self.assertEqual(events(records, "clock-step"), [])

    # The guest's own clock tells when: a restore sets back the burst, its records and who looks on together.
    def test_the_tsc_left_after_a_snapshots_restore(self):
        self.guest.run("""
            begin_burst
            while has_tsc; do
              read -r now rest < /proc/uptime
              has_tsc && echo "$now" > /run/last.new && mv /run/last.new /run/last
              usleep 10000
            done > /dev/null 2>&1 &
            eventually test -e /run/last
            """)
        self.guest.leave_tsc()
        said = self.guest.run("patience=20 eventually told clocksource-change 1; cat /run/last").stdout
        records = self.end_burst()
        changes = events(records, "clocksource-change")
        self.assertEqual(len(changes), 1)
        self.expect_change(changes[0], "tsc", "hpet", said.strip())
        self.assertEqual(events(records, "clock-step"), [])


class StallTests(WatchTests):
    def stalls(self, records):
        found = events(records, "guest-stall")
        for event in found:
            self.assertEqual(event["certainty"], "proven")
            # The taker, not what was asked for: how long it was is told by both ends.
            length = nanoseconds(event["to_raw"]) - nanoseconds(event["from_raw"])
            self.assertLessEqual(abs(event["length_ns"] - length), 1)
        return found

    def test_stopped_for_20_ms(self):
        # The uptimes around each stop hold it. Between two stops the burst has its turn, which is observed.
        said = self.guest.run("""
            begin_burst -i 250ms
            read -r probe < /run/burst.pid
            for stop in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
              read -r before rest < /proc/uptime
              kill -STOP $probe
              usleep 20000
              kill -CONT $probe
              eventually told '"stopped"' $stop
              read -r after rest < /proc/uptime
              echo $before $after
            done
            """).stdout.splitlines()
        stops = [event for event in self.stalls(self.end_burst()) if event["taker"] == "stopped"]
        self.assertEqual(len(stops), 20)
        for stop, line in zip(stops, said):
            before, after = map(nanoseconds, line.split())
            self.assertGreaterEqual(stop["length_ns"], 19 * MS)
            self.assertLessEqual(stop["length_ns"], after - before + UPTIME)
            self.assertGreaterEqual(nanoseconds(stop["from_raw"]), before - UPTIME)
            self.assertLessEqual(nanoseconds(stop["to_raw"]), after + UPTIME)

    def test_preempted_by_four_busy_processes_a_cpu(self):
        # Less weight, for else the scheduler would let a thread that sleeps so much go first nearly always.
        said = self.guest.run("""
            begin_burst -i 4ms
            read -r probe < /run/burst.pid
            read -r ran waited rest < /proc/$probe/task/$probe/schedstat
            overload 4
            renice -n 10 -p $probe
            patience=60 eventually told '"preempted"' 20
            kill -STOP $probe
            read -r ran waiting rest < /proc/$probe/task/$probe/schedstat
            echo $((waiting - waited))
            """, 120).stdout.strip()
        stalls = self.stalls(self.end_burst())
        self.assertEqual([event for event in stalls if event["taker"] == "throttled"], [])
        preempted = [event["length_ns"] for event in stalls if event["taker"] == "preempted"]
        # What the kernel says that the thread waited on its run queue; up to half a stall may be of another kind.
        self.assertLessEqual(sum(preempted), 2 * int(said))
        # Of all the time lost in longer stalls than the emulator's own, nearly all has this taker.
        long = [event for event in stalls if event["length_ns"] >= 20 * MS]
        lost = sum(event["length_ns"] for event in long)
        self.assertGreater(lost, 0)
        self.assertGreaterEqual(
            sum(event["length_ns"] for event in long if event["taker"] == "preempted"), 0.8 * lost)

    def test_throttled_by_a_control_group_of_version_2(self):
        result = self.guest.run("""
            in_group cpu.max "10000 100000" timeprobe --burst --self -d 5s -f jsonl -o /run/burst.jsonl || [ $? = 3 ]
            cat /run/cpu.stat
            """)
        counters = dict(line.split() for line in result.stdout.splitlines())
        stalls = self.stalls(self.guest.run("cat /run/burst.jsonl").records())
        throttled = [event for event in stalls if event["taker"] == "throttled"]
        self.assertGreaterEqual(len(throttled), 5)
        # One CPU, so that the group's time is the thread's.
        self.assertLessEqual(sum(event["length_ns"] for event in throttled), int(counters["throttled_usec"]) * 1100)
        self.assertGreaterEqual(
            sum(event["length_ns"] for event in throttled), int(counters["throttled_usec"]) * 700)
