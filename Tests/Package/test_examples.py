"""The examples, each by the tool that it is for; on a machine that has those tools."""

import json
import os
import unittest

from machine import Machine, ROOT, eventually, packages

EXAMPLES = os.path.join(ROOT, "packaging/examples")
CONF = "/etc/timeprobe/conf.d/site.conf"


class ExampleTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = Machine("tools")
        cls.machine.__enter__()
        cls.addClassCleanup(cls.machine.__exit__)

    def tearDown(self):
        self.machine.run(f"dpkg -P timeprobe; rm -rf /etc/timeprobe", check=False)

    def in_force(self):
        """The service has what all of these examples say."""
        status = eventually(
            lambda: (done := self.machine.run("timeprobe --status --json", check=False)).returncode == 0
            and json.loads(done.stdout), what=f"the service; its journal:\n{self.machine.journal()}")
        self.assertEqual([one["name"] for one in status["references"]], ["gps1", "gps2"])
        shown = self.machine.run("timeprobe --check-config").stdout
        self.assertRegex(shown, r"critical +500us")
        self.assertRegex(shown, r"stream +jsonl tcp://10.0.0.9:9000")

    def test_ansible(self):
        machine = self.machine
        deb = machine.give(packages("new"))
        book = machine.give(os.path.join(EXAMPLES, "ansible.yml"))
        play = f"ansible-playbook -i localhost, -c local -e timeprobe_deb={deb} {book}"
        first = machine.run(play, seconds=180).stdout
        self.assertRegex(first, r"changed=3 +unreachable=0 +failed=0")
        self.in_force()
        self.assertRegex(machine.run(play, seconds=180).stdout, r"changed=0 +unreachable=0 +failed=0")

    def test_cloud_init(self):
        machine = self.machine
        file = machine.give(os.path.join(EXAMPLES, "cloud-init.yaml"))
        checked = machine.run(f"cloud-init schema --config-file {file}")
        self.assertIn("Valid", checked.stdout)
        # Its own module; all of it would look for a cloud first.
        machine.run(
            "python3 -c 'import sys, yaml\nfrom cloudinit.config.cc_write_files import write_files\n"
            f"write_files(\"x\", yaml.safe_load(open(sys.argv[1]))[\"write_files\"], \"root:root\")' {file}")
        machine.run(f"test -s {CONF}")
        machine.install("new")
        self.in_force()

    def test_cfengine(self):
        machine = self.machine
        machine.install("new")
        file = machine.give(os.path.join(EXAMPLES, "timeprobe.cf"))
        machine.run("cf-key > /dev/null 2>&1 || true")
        machine.run(f"cp {file} /root/timeprobe.cf; chmod 600 /root/timeprobe.cf; cf-agent -K -b timeprobe -f /root/timeprobe.cf")
        self.in_force()

    def test_kubernetes(self):
        machine = self.machine
        machine.install("new")
        read = ("import json, sys, yaml; json.dump(list(yaml.safe_load_all(open(sys.argv[1]))), sys.stdout)")
        file = machine.give(os.path.join(EXAMPLES, "kubernetes-daemonset.yaml"))
        settings, workload = json.loads(machine.run(f"python3 -c '{read}' {file}").stdout)
        machine.write("/tmp/site.conf", settings["data"]["site.conf"])
        shown = machine.run("NODE_NAME=node7 timeprobe --check-config --config /tmp/site.conf").stdout
        self.assertRegex(shown, r"probe +node7")
        pod = workload["spec"]["template"]["spec"]
        self.assertEqual(workload["spec"]["selector"]["matchLabels"], workload["spec"]["template"]["metadata"]["labels"])
        self.bound(pod)
        file = machine.give(os.path.join(EXAMPLES, "kubernetes-sidecar.yaml"))
        (pod,) = json.loads(machine.run(f"python3 -c '{read}' {file}").stdout)
        self.bound(pod["spec"])
        words = " ".join("'" + word + "'" for word in pod["spec"]["containers"][1]["args"])
        shown = machine.run(f"POD_NAME=pod7 NODE_NAME=node7 timeprobe --check-config {words}").stdout
        self.assertRegex(shown, r"probe +pod7")

    def bound(self, pod):
        """No right, and each mount has its volume."""
        (container,) = [one for one in pod["containers"] if one["name"] == "timeprobe"]
        self.assertEqual(container["securityContext"]["capabilities"], {"drop": ["ALL"]})
        self.assertTrue(container["securityContext"]["readOnlyRootFilesystem"])
        version = self.machine.run("timeprobe --version").stdout.split()[1]
        self.assertTrue(container["image"].endswith("/timeprobe:" + version), container["image"])
        self.assertEqual(
            {mount["name"] for mount in container.get("volumeMounts", [])},
            {volume["name"] for volume in pod.get("volumes", [])})


if __name__ == "__main__":
    unittest.main()
