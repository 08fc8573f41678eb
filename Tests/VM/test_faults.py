"""What the lab can do to a guest from outside and from inside, and that the guest shows it."""

import unittest

from lab import Guest


class FaultTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.guest = cls.enterClassContext(Guest(snapshots=True))

    def test_tpnic_can_be_loaded_again_with_other_parameters(self):
        drift = "cat /sys/module/tpnic/parameters/drift_ppb"
        for given, seen in (("", "0,0"), ("drift_ppb=20000,-30000", "20000,-30000"), ("drift_ppb=7", "7,7")):
            self.assertEqual(self.guest.run(f"plug {given}; {drift}; unplug").stdout.strip(), seen)

    def test_a_guest_that_its_host_paused_did_not_see_it(self):
        self.guest.start(
            "cat /proc/uptime; touch /run/ready; i=0; while [ $i -lt 20 ]; do usleep 100000; i=$((i+1)); done;"
            " cat /proc/uptime", 60)
        self.guest.pause(3)
        before, after = (float(line.split()[0]) for line in self.guest.finish().stdout.splitlines())
        self.assertLess(after - before, 4.5)

    def test_a_throttled_group_of_control_groups_version_2(self):
        result = self.guest.run("""
            in_group cpu.max "5000 100000" sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'
            cat /run/cpu.stat
            """)
        counters = dict(line.split() for line in result.stdout.splitlines())
        self.assertGreater(int(counters["nr_throttled"]), 0)
        self.assertGreater(int(counters["throttled_usec"]), 0)

    def test_a_restored_snapshot_takes_the_kernel_off_the_tsc(self):
        self.assertEqual(self.guest.run("current").stdout.strip(), "tsc")
        self.guest.leave_tsc()
        self.assertEqual(self.guest.run("current").stdout.strip(), "hpet")
