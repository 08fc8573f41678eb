"""The life of the package on Debian machines with systemd: installed, upgraded, removed, purged; and what it says
of a clock there."""

import datetime
import json
import os
import time
import unittest

from machine import Machine, eventually

STREAM = "/var/log/timeprobe/records.jsonl"
SITE = f"""reference 127.0.0.1 name gps1
stream jsonl file:{STREAM} records samples,windows,events
"""
CONF = "/etc/timeprobe/conf.d/site.conf"


def seconds(record):
    """Its time, to the microsecond, in seconds since 1970."""
    day, _, rest = record["time"].partition("T")
    return datetime.datetime.fromisoformat(f"{day}T{rest[:15]}+00:00").timestamp()


class Life:
    """For each suite below."""

    def test_life(self):
        with Machine(self.suite) as machine:
            machine.write(CONF, SITE)
            machine.reference()
            self.install(machine)
            self.upgrade(machine)
            self.reload(machine)
            self.remove(machine)

    def samples(self, machine, more_than=0):
        return eventually(
            lambda: (found := machine.records(STREAM, "sample")) and len(found) > more_than and found,
            what=f"samples; the journal:\n{machine.journal()}")

    def install(self, machine):
        begin = time.time()
        machine.install("old")
        first = seconds(self.samples(machine)[0]) - begin
        # The machine may have other work; what counts is that nothing waits for a timeout.
        self.assertLessEqual(first, 2 if os.environ.get("CI") else 10)
        print(f"{self.suite}: {first:.2f} s from dpkg -i to the first sample", flush=True)
        self.assertEqual(machine.show("ActiveState"), "active")
        self.assertEqual(machine.show("User"), "timeprobe")
        self.assertEqual(machine.run("systemctl is-enabled timeprobe").stdout, "enabled\n")
        self.assertEqual(machine.run("dpkg --verify timeprobe").stdout, "")
        self.assertEqual(machine.run("stat -c '%U %a' /var/lib/timeprobe").stdout, "timeprobe 750\n")
        # Anybody may ask how it is.
        status = machine.run("setpriv --reuid=65534 --regid=65534 --clear-groups timeprobe --status").stdout
        self.assertIn("gps1 (127.0.0.1)", status)

    def upgrade(self, machine):
        machine.run(f"echo '# mine' >> {CONF}; echo '# mine' >> /etc/timeprobe/timeprobe.conf")
        before = machine.run("md5sum /etc/timeprobe/timeprobe.conf").stdout
        process = machine.show("MainPID")
        machine.install("new")
        self.assertNotEqual(machine.show("MainPID"), process)
        self.assertEqual(machine.run("md5sum /etc/timeprobe/timeprobe.conf").stdout, before)
        hellos = eventually(
            lambda: len(found := machine.records(STREAM, "hello")) == 2 and found, what="a second run")
        lines = machine.lines(STREAM)
        old = [record for record in lines if record["run"] == hellos[0]["run"]]
        # Each record of the run before is there, and the new run knows where it ended.
        self.assertEqual([record["seq"] for record in old], list(range(1, len(old) + 1)))
        self.assertEqual((hellos[1]["previous_run"], hellos[1]["previous_seq"]), (hellos[0]["run"], len(old)))
        self.samples(machine, more_than=len([record for record in old if record["kind"] == "sample"]))

    def reload(self, machine):
        process = machine.show("MainPID")
        machine.run("timeprobe --check-config > /dev/null && timeprobe --mark 'before the change'")
        eventually(lambda: machine.records(STREAM, "mark"), what="the mark")
        machine.write("/etc/timeprobe/conf.d/broken.conf", "refrence 10.0.0.1\n")
        machine.run("systemctl reload timeprobe")
        eventually(lambda: "did you mean 'reference'" in machine.journal(), what="the refusal in the journal")
        self.assertEqual(machine.show("MainPID"), process)
        # Started anew it fails at once, says why, and is not tried again.
        machine.run("systemctl restart timeprobe", check=False)
        eventually(lambda: machine.show("ActiveState") == "failed", what="the failure")
        self.assertEqual((machine.show("ExecMainStatus"), machine.show("NRestarts")), ("78", "0"))
        self.assertIn("/etc/timeprobe/conf.d/broken.conf:1:1: ", machine.journal())
        # It fails no installation.
        machine.install("new")
        self.assertEqual(machine.run("dpkg-query -W -f '${db:Status-Status}' timeprobe").stdout, "installed")
        self.assertEqual(machine.show("ActiveState"), "failed")
        machine.run("rm /etc/timeprobe/conf.d/broken.conf; systemctl restart timeprobe")
        self.assertEqual(machine.show("ActiveState"), "active")

    def remove(self, machine):
        machine.run("timeprobe --check-config > /dev/null; dpkg -r timeprobe")
        self.assertEqual(machine.run("pgrep -x timeprobe", check=False).stdout, "")
        self.assertEqual(machine.run("ls /usr/bin/timeprobe", check=False).returncode, 2)
        machine.run(f"test -s {CONF} -a -s /etc/timeprobe/timeprobe.conf -a -d /var/lib/timeprobe")
        self.assertNotEqual(machine.run("ls /var/lib/timeprobe").stdout, "")
        machine.run("dpkg -P timeprobe")
        left = machine.run(
            "find / -xdev -iname '*timeprobe*' -not -path '/tmp/*' -not -path '/proc/*' -not -path '/var/log/journal/*'")
        self.assertEqual(left.stdout, "")
        self.assertEqual(machine.run("getent passwd timeprobe || getent group timeprobe", check=False).stdout, "")
        self.assertEqual(machine.run("dpkg-query -W timeprobe", check=False).stdout, "")


class BookwormTests(Life, unittest.TestCase):
    suite = "bookworm"


class TrixieTests(Life, unittest.TestCase):
    suite = "trixie"


class UnitTests(unittest.TestCase):
    """One machine for all of them."""

    @classmethod
    def setUpClass(cls):
        cls.machine = Machine("trixie")
        cls.machine.__enter__()
        cls.addClassCleanup(cls.machine.__exit__)
        cls.machine.reference()
        cls.machine.install("new")

    def tearDown(self):
        self.machine.run(
            f"rm -rf {CONF} {STREAM}* /run/systemd/system/timeprobe.service.d; systemctl daemon-reload;"
            "systemctl reset-failed timeprobe; systemctl restart timeprobe", check=False)

    def drop_in(self, text):
        self.machine.write("/run/systemd/system/timeprobe.service.d/test.conf", "[Service]\n" + text)
        self.machine.run("systemctl daemon-reload")

    def hello(self):
        return eventually(
            lambda: [found for found in self.machine.records(STREAM, "hello") if found.get("references")],
            what=f"a hello with references; the journal:\n{self.machine.journal()}")[-1]

    def test_installed_and_not_configured_waits_and_takes_one_file_and_a_reload(self):
        machine = self.machine
        machine.run("systemctl restart timeprobe")
        self.assertEqual(machine.show("ActiveState"), "active")
        self.assertIn("nothing is configured", machine.journal())
        machine.write(CONF, SITE)
        machine.run("systemctl reload timeprobe")
        self.assertTrue(eventually(lambda: machine.records(STREAM, "sample"), what="samples"))

    def test_the_unit_loses_no_evidence(self):
        machine = self.machine
        machine.write(CONF, SITE)
        machine.run("systemctl restart timeprobe")
        inside = self.hello()
        # The same user without any sandbox.
        machine.run("systemctl stop timeprobe; install -d -o timeprobe -g timeprobe /run/plain")
        machine.run(
            "systemd-run --quiet --unit=plain -p User=timeprobe timeprobe 127.0.0.1 --config /dev/null"
            " --set 'spool off' --set 'control off' --set 'stream jsonl file:/run/plain/records.jsonl'")
        outside = eventually(
            lambda: [found for found in machine.records("/run/plain/records.jsonl", "hello") if found.get("references")],
            what="a hello")[-1]
        machine.run("systemctl stop plain")
        keys = ("clocksource", "guest", "missing", "steering", "steering_view", "kernel_synchronised")
        for key in keys:
            self.assertEqual(inside.get(key), outside.get(key), key)
        # Each of these would be noticed.
        for hiding in ("ProtectClock=yes", "ProcSubset=pid", "ProtectProc=invisible"):
            machine.run(f"rm -f {STREAM}")
            self.drop_in(hiding + "\n")
            machine.run("systemctl restart timeprobe")
            less = self.hello()
            self.assertNotEqual([less.get(key) for key in keys], [inside.get(key) for key in keys], hiding)
        self.assertEqual(
            [reference["stamping"] for reference in inside["references"]],
            [reference["stamping"] for reference in outside["references"]])

    def test_the_table_of_clocks_is_the_same_under_the_unit(self):
        machine = self.machine
        self.drop_in(
            "Type=oneshot\nWatchdogSec=0\nRestart=no\nExecStart=\n"
            "ExecStart=/usr/bin/timeprobe --clocks -d 100ms --json -o /var/log/timeprobe/clocks.json\n")
        machine.run("systemctl restart timeprobe")
        inside = json.loads(machine.run("cat /var/log/timeprobe/clocks.json").stdout)
        outside = json.loads(machine.run(
            "setpriv --reuid=timeprobe --regid=timeprobe --clear-groups timeprobe --clocks -d 100ms --json").stdout)

        def names(report):
            return [clock["clock"] for table in report["tables"] for clock in table["clocks"]]

        self.assertIn("REALTIME", names(inside))
        self.assertEqual(names(inside), names(outside))
        self.assertEqual(inside["guest"], outside["guest"])

    def test_directives_that_take_a_limit_need_no_drop_in(self):
        machine = self.machine
        machine.write(CONF, SITE + "real-time 10\nlock-memory yes\n")
        machine.run("systemctl restart timeprobe")
        self.hello()
        process = machine.show("MainPID")
        self.assertNotEqual(
            machine.run(f"sed -n 's/^VmLck:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/{process}/status").stdout, "0\n")
        # Where the machine around this one lets no limit be raised, a right in a drop-in does it.
        if machine.show("LimitRTPRIO") != "99" or " 0 " in machine.run(
                f"grep 'realtime priority' /proc/{process}/limits").stdout:
            self.drop_in("CapabilityBoundingSet=CAP_SYS_NICE\nAmbientCapabilities=CAP_SYS_NICE\n")
            machine.run("systemctl restart timeprobe")
            process = machine.show("MainPID")
        policies = machine.run(f"cut -d' ' -f41 /proc/{process}/task/*/stat").stdout.split()
        self.assertIn("1", policies)  # SCHED_FIFO

    def test_the_rule_of_udev_is_one(self):
        self.machine.run("udevadm verify /usr/lib/udev/rules.d/60-timeprobe.rules")

    def test_it_holds_no_right_and_cannot_set_the_clock(self):
        machine = self.machine
        process = machine.show("MainPID")
        for field in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(
                machine.run(f"awk '/^{field}/ {{ print $2 }}' /proc/{process}/status").stdout.strip("0\n"), "")
        self.assertEqual(machine.run(f"awk '/^Seccomp:/ {{ print $2 }}' /proc/{process}/status").stdout, "2\n")

    def test_a_watchdog_that_is_not_answered_ends_it_and_it_comes_back(self):
        machine = self.machine
        self.drop_in("WatchdogSec=2s\nRestartSec=100ms\n")
        machine.run("systemctl restart timeprobe")
        process = machine.show("MainPID")
        machine.run(f"kill -STOP {process}")
        eventually(
            lambda: machine.show("MainPID") not in ("0", process) and machine.show("ActiveState") == "active",
            what="the one after it")

    def test_without_a_network_it_waits_and_then_measures(self):
        machine = self.machine
        machine.run("ip link set lo down")
        try:
            machine.write(CONF, SITE)
            machine.run("systemctl restart timeprobe")
            self.assertEqual(machine.show("ActiveState"), "active")
            process = machine.show("MainPID")
            self.assertEqual(machine.records(STREAM, "sample"), [])
        finally:
            machine.run("ip link set lo up")
        eventually(lambda: machine.records(STREAM, "sample"), 60, f"samples; the journal:\n{machine.journal()}")
        self.assertEqual(machine.show("MainPID"), process)

    def test_a_state_folder_that_cannot_be_written_costs_the_spool_and_not_the_measurement(self):
        machine = self.machine
        machine.write(CONF, "reference 127.0.0.1\nspool /proc/nowhere\nstream jsonl file:" + STREAM + "\n")
        machine.run("systemctl restart timeprobe")
        self.hello()
        self.assertEqual(machine.show("ActiveState"), "active")

    def test_what_is_missing_of_var_is_made_anew(self):
        machine = self.machine
        machine.write(CONF, SITE)
        machine.run("systemctl stop timeprobe; rm -rf /var/lib/timeprobe /var/log/timeprobe")
        machine.run("systemctl start timeprobe")
        self.hello()
        self.assertEqual(
            machine.run("stat -c '%U %a' /var/lib/timeprobe /var/log/timeprobe").stdout, "timeprobe 750\n" * 2)

    def test_a_full_disk_costs_records_and_not_the_measurement(self):
        machine = self.machine
        machine.run("install -d /run/small && mount -t tmpfs -o size=64k,mode=1777 tmpfs /run/small")
        try:
            machine.write(CONF, f"""reference 127.0.0.1 interval 5ms
spool /run/small/spool
stream jsonl file:/run/small/records.jsonl records samples
stream jsonl file:{STREAM} name kept records samples
""")
            self.drop_in("ReadWritePaths=/run/small\n")
            machine.run("systemctl restart timeprobe")
            self.hello()
            eventually(lambda: "No space left" in machine.journal(), what="the full disk in the journal")
            many = len(machine.records(STREAM, "sample"))
            eventually(lambda: len(machine.records(STREAM, "sample")) > many, what="more samples")
            self.assertEqual(machine.show("NRestarts"), "0")
        finally:
            machine.run("systemctl stop timeprobe; umount /run/small")


if __name__ == "__main__":
    unittest.main()
