"""What is packed, held against what others' tools think of it."""

import filecmp
import glob
import os
import re
import subprocess
import tarfile
import tempfile
import unittest

from machine import BUILT, ROOT, packages


def output(*words, **more):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, **more)
    return done.returncode, done.stdout


class FileTests(unittest.TestCase):
    def test_two_builds_are_byte_equal(self):
        for pattern in ("*.deb", "*.tar.xz", "*.oci.tar"):
            (first,) = glob.glob(os.path.join(BUILT, "new", pattern))
            second = os.path.join(BUILT, "again", os.path.basename(first))
            self.assertTrue(filecmp.cmp(first, second, shallow=False), first)

    def test_the_version_is_that_of_the_binary(self):
        binary = output(os.path.join(ROOT, "dist/timeprobe"), "--version")[1].split()
        package = output("dpkg-deb", "-f", packages("new"), "Version")[1].split()
        self.assertEqual(binary[1:], package)

    def test_sizes(self):
        self.assertLessEqual(os.path.getsize(packages("new")), 1_000_000)
        installed = int(output("dpkg-deb", "-f", packages("new"), "Installed-Size")[1])
        self.assertLessEqual(installed * 1024, 2_500_000)

    def test_depends_on_nothing(self):
        for field in ("Depends", "Pre-Depends", "Recommends"):
            self.assertEqual(output("dpkg-deb", "-f", packages("new"), field)[1].strip(), "")

    def test_lintian_has_nothing_to_say(self):
        status, text = output(
            "lintian", "--allow-root", "--fail-on", "error,warning", "--display-info", packages("new"))
        self.assertEqual(status, 0, text)
        self.assertEqual([line for line in text.splitlines() if line[0] in "EW"], [])

    def test_every_override_has_its_reason(self):
        with open(os.path.join(ROOT, "packaging/deb/lintian-overrides")) as file:
            lines = [line for line in file.read().splitlines() if line]
        for before, line in zip([""] + lines, lines):
            self.assertTrue(line.startswith("#") or before.startswith("#"), line)

    def test_no_name_of_this_machine_and_all_of_root(self):
        status, text = output("dpkg-deb", "-c", packages("new"))
        self.assertEqual(status, 0)
        for line in text.splitlines():
            self.assertRegex(line, r"^[-dl][-rwx]{9} root/root ")
            self.assertNotRegex(line, r"[-rwx]{5}w.\s")

    def test_man_pages(self):
        for page in ("timeprobe.1", "timeprobe.conf.5"):
            path = os.path.join(ROOT, "packaging/man", page)
            # Which other pages this machine has is no fault of the page.
            text = output("mandoc", "-T", "lint", path)[1]
            found = [line for line in text.splitlines() if "referenced manual not found" not in line
                     and "mandoc.db" not in line]
            self.assertEqual(found, [])
            status, text = output(
                "sh", "-c", 'man --warnings -E UTF-8 -l -Tutf8 -Z "$0" 2>&1 > /dev/null', path,
                env={**os.environ, "LC_ALL": "C.UTF-8"})
            self.assertEqual((status, text), (0, ""))

    def test_the_unit(self):
        with tempfile.TemporaryDirectory() as folder:
            # It is looked at as it is installed, with its program beside it.
            with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", packages("new")], stdout=subprocess.PIPE) as packed:
                with tarfile.open(fileobj=packed.stdout, mode="r|") as tar:
                    tar.extractall(folder)
            for place in ("usr/bin/kill", "usr/bin/man"):
                os.symlink("timeprobe", os.path.join(folder, place))
            os.symlink("usr/bin", os.path.join(folder, "bin"))
            for unit in ("sysinit.target", "basic.target", "multi-user.target", "shutdown.target", "network.target"):
                with open(os.path.join(folder, "usr/lib/systemd/system", unit), "w") as file:
                    file.write("[Unit]\nDescription=x\n")
            text = output("systemd-analyze", "verify", "--man=no", f"--root={folder}", "timeprobe.service")[1]
            self.assertEqual([line for line in text.splitlines() if "timeprobe" in line], [], text)
        text = output(
            "systemd-analyze", "security", "--offline=true", "--no-pager",
            os.path.join(ROOT, "packaging/systemd/timeprobe.service"))[1]
        exposure = float(re.search(r"exposure level for timeprobe.service: ([0-9.]+)", text)[1])
        self.assertLessEqual(exposure, 3.0, text)

    def test_the_unit_hides_no_evidence(self):
        with open(os.path.join(ROOT, "packaging/systemd/timeprobe.service")) as file:
            lines = [line for line in file.read().splitlines() if not line.startswith("#")]
        for word in ("ProtectClock=", "PrivateDevices=", "ProcSubset=", "ProtectProc=", "PrivateNetwork="):
            self.assertEqual([line for line in lines if line.startswith(word)], [])
        self.assertEqual([line for line in lines if "CAP_SYS_TIME" in line], [])
        self.assertIn("CapabilityBoundingSet=", lines)

    def test_completions_are_scripts(self):
        folder = os.path.join(ROOT, "packaging/completions")
        for words in (["bash", "-n", "timeprobe.bash"], ["zsh", "-n", "_timeprobe"],
                      ["fish", "--no-execute", "timeprobe.fish"]):
            self.assertEqual(output(*words, cwd=folder), (0, ""))

    def test_bash_completes(self):
        script = "source timeprobe.bash; COMP_WORDS=({}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _timeprobe; echo ${{COMPREPLY[@]}}"
        for words, expected in (
            ("timeprobe --bu", "--burst"),
            ("timeprobe --format raws", "rawstats"),
            ("timeprobe --set rate-", "rate-window"),
        ):
            done = output("bash", "-c", script.format(words), cwd=os.path.join(ROOT, "packaging/completions"))
            self.assertEqual(done, (0, expected + "\n"))
