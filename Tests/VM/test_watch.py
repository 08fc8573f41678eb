"""What the local watch of a running burst says of faults of the guest's clocksource and processors."""

import unittest

from lab import Guest, events, nanoseconds

MS = 1_000_000
# /proc/uptime has hundredths.
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

    def expect_change(self, event, before, after, not_yet, at_last):
        """`not_yet`: the raw time when it had not happened; `at_last`: when it had, and a second more is allowed."""
        self.assertEqual(event["certainty"], "proven")
        self.assertEqual((event["evidence"]["clocksource_before"], event["evidence"]["clocksource"]), (before, after))
        known = nanoseconds(event["raw"])
        self.assertGreaterEqual(known, nanoseconds(not_yet))
        self.assertLessEqual(known, nanoseconds(at_last) + 1000 * MS)

    # Runs before the one that leaves the TSC for good.
    def test_a_switch_that_somebody_asked_for(self):
        said = self.guest.run("""
            begin_burst
            raw_now
            echo hpet > $clocksource/current_clocksource
            raw_now
            eventually told clocksource-change 1
            raw_now
            echo tsc > $clocksource/current_clocksource
            raw_now
            eventually told clocksource-change 2
            """).stdout.split()
        records = self.end_burst()
        there, back = events(records, "clocksource-change")
        self.expect_change(there, "tsc", "hpet", *said[:2])
        self.expect_change(back, "hpet", "tsc", *said[2:])
        self.assertEqual(events(records, "clock-step"), [])

    # A second process looks on. The guest's own clocks tell when: a restore sets back the burst, its records and who
    # looks on together, and all clocks leap with the TSC.
    def test_the_tsc_left_after_a_snapshots_restore(self):
        self.guest.run("""
            begin_burst
            raw_now > /run/last
            (while has_tsc; do usleep 10000; done; raw_now > /run/first) > /dev/null 2>&1 &
            """)
        self.guest.leave_tsc()
        said = self.guest.run("""
            patience=20 eventually told clocksource-change 1
            eventually test -s /run/first
            cat /run/last /run/first
            """).stdout.split()
        records = self.end_burst()
        changes = events(records, "clocksource-change")
        self.assertEqual(len(changes), 1)
        self.expect_change(changes[0], "tsc", "hpet", *said)
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
        # Between two stops the burst has its turn, which is observed.
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
        within = 0
        for stop, line in zip(stops, said):
            before, after = map(nanoseconds, line.split())
            self.assertGreaterEqual(stop["length_ns"], 19 * MS)
            within += stop["length_ns"] <= after - before + UPTIME
        # A stop may come while the emulator keeps the probe waiting: then the stall is longer, from before the stop.
        self.assertGreaterEqual(within, 10)

    def test_preempted_by_four_busy_processes_a_cpu(self):
        # Asked as often as that an emulated CPU is wanted all the time, so that the scheduler does not let it go first.
        waited = int(self.guest.run("""
            begin_burst -i 1ms
            read -r probe < /run/burst.pid
            overload 4
            patience=60 eventually told '"preempted"' 40
            calm
            kill -STOP $probe
            read -r ran waited rest < /proc/$probe/task/$probe/schedstat
            echo $waited
            """, 120).stdout)
        stalls = self.stalls(self.end_burst())
        taken = [event["length_ns"] for event in stalls if event["taker"] == "preempted"]
        # Of the time lost nearly all has this taker, and it is the time that the kernel says it waited: in a stall at
        # least half of it is.
        self.assertEqual([event for event in stalls if event["taker"] == "throttled"], [])
        self.assertGreaterEqual(
            sum(taken), 0.8 * sum(event["length_ns"] for event in stalls if event["taker"] != "stopped"))
        self.assertGreaterEqual(sum(taken), waited / 2)
        self.assertLessEqual(sum(taken), 2 * waited)

    def test_throttled_by_a_control_group_of_version_2(self):
        # Begun in the group and limited later, so that all its throttling is seen.
        said = self.guest.run("""
            group=/sys/fs/cgroup/slow
            echo +cpu > /sys/fs/cgroup/cgroup.subtree_control
            mkdir $group
            echo $$ > $group/cgroup.procs
            begin_burst
            echo $$ > /sys/fs/cgroup/cgroup.procs
            echo 5000 100000 > $group/cpu.max
            often() { [ "$(sed -n 's/^nr_throttled //p' $group/cpu.stat)" -ge 30 ]; }
            patience=60 eventually often
            echo max > $group/cpu.max
            end_burst
            cat $group/cpu.stat
            rmdir $group
            """, 120).stdout
        counters = {name: int(value) for name, value in (line.split() for line in said.splitlines())}
        stalls = self.stalls(self.end_burst())
        throttled = [event for event in stalls if event["taker"] == "throttled"]
        # With one CPU the group's time is the thread's. One stall may be of several periods in a row, and
        # what is not told is what was left of an interval.
        self.assertGreaterEqual(len(throttled), counters["nr_throttled"] / 3)
        told = sum(event["length_ns"] for event in throttled)
        self.assertGreaterEqual(told, 800 * counters["throttled_usec"])
        self.assertLessEqual(told, 1200 * counters["throttled_usec"])
