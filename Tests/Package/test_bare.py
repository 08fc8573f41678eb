"""The static binary where there is nothing else: in an empty root by chroot, and in a container of the OCI image."""

import contextlib
import glob
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import unittest
import uuid

from machine import BUILT, ROOT, eventually

BINARY = os.path.join(ROOT, "dist/timeprobe")


@contextlib.contextmanager
def served(address="127.0.0.1:1123"):
    """A network of its own with a reference in it; gives the words that run a command there."""
    process = subprocess.Popen(
        ["setpriv", "--bounding-set=-sys_time", "unshare", "--net", "--kill-child", "--fork", "sh", "-c",
         f"ip link set lo up && exec {BINARY} --serve {address}"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        def child():
            with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
                for one in file.read().split():
                    with open(f"/proc/{one}/comm") as name:
                        if name.read() == "timeprobe\n":
                            return one
        yield ["nsenter", "-t", eventually(child, what="the reference"), "-n"], child()
    finally:
        process.kill()
        process.wait()


def run(words, **more):
    return subprocess.run(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60, **more)


def holds(test, prefix, folder):
    """`--burst`, `--clocks` and the service, by whatever runs the binary with these words before its arguments."""
    burst = run(prefix + ["--burst", "127.0.0.1:1123", "-d", "500ms", "-c", "50ms", "--json"])
    test.assertEqual((burst.returncode, burst.stderr), (0, ""))
    test.assertGreater(json.loads(burst.stdout)["references"][0]["queries"]["good"], 10)
    clocks = run(prefix + ["--clocks", "-d", "100ms", "--json"])
    test.assertEqual((clocks.returncode, clocks.stderr), (0, ""))
    names = [clock["clock"] for table in json.loads(clocks.stdout)["tables"] for clock in table["clocks"]]
    test.assertIn("REALTIME", names)
    with open(os.path.join(folder, "service.jsonl"), "w+") as file:
        service = subprocess.Popen(
            prefix + ["127.0.0.1:1123", "-i", "50ms", "--set", "stream jsonl stdout records samples"],
            stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE, text=True)
        try:
            def samples():
                test.assertIsNone(service.poll(), service.poll() is not None and service.stderr.read())
                with open(file.name) as records:
                    return records.read().count('"kind":"sample"') > 5
            eventually(samples, what="samples of the service")
        finally:
            service.terminate()
            try:
                service.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                service.kill()
                service.communicate()
        test.assertEqual(service.returncode, 0)


class ChrootTests(unittest.TestCase):
    def test_in_an_empty_root(self):
        with served() as (network, _), tempfile.TemporaryDirectory() as folder:
            root = os.path.join(folder, "root")
            os.mkdir(root)
            shutil.copy(BINARY, root)
            holds(self, network + ["chroot", "--userspec=65534:65534", root, "/timeprobe"], folder)
            self.assertEqual(os.listdir(root), ["timeprobe"])


class ImageTests(unittest.TestCase):
    def unpack(self, folder):
        """The layout, each digest of it held; the root file system of its one layer, and its configuration."""
        (image,) = glob.glob(os.path.join(BUILT, "new", "*.oci.tar"))
        with tarfile.open(image) as tar:
            tar.extractall(folder)

        def blob(descriptor):
            with open(os.path.join(folder, "blobs/sha256", descriptor["digest"].removeprefix("sha256:")), "rb") as file:
                content = file.read()
            self.assertEqual(len(content), descriptor["size"])
            self.assertEqual("sha256:" + hashlib.sha256(content).hexdigest(), descriptor["digest"])
            return content

        with open(os.path.join(folder, "oci-layout")) as file:
            self.assertEqual(json.load(file), {"imageLayoutVersion": "1.0.0"})
        with open(os.path.join(folder, "index.json")) as file:
            (entry,) = json.load(file)["manifests"]
        manifest = json.loads(blob(entry))
        config = json.loads(blob(manifest["config"]))
        (layer,) = manifest["layers"]
        packed = os.path.join(folder, "layer")
        with open(packed, "wb") as file:
            file.write(blob(layer))
        root = os.path.join(folder, "bundle", "rootfs")
        with tarfile.open(packed) as tar:
            tar.extractall(root)
        with gzip.open(packed) as file:
            self.assertEqual(config["rootfs"]["diff_ids"], ["sha256:" + hashlib.sha256(file.read()).hexdigest()])
        return root, config

    def test_the_image_has_the_binary_and_a_line_of_passwd(self):
        with tempfile.TemporaryDirectory() as folder:
            root, config = self.unpack(folder)
            files = [os.path.relpath(os.path.join(path, name), root) for path, _, names in os.walk(root) for name in names]
            self.assertEqual(sorted(files), ["etc/passwd", "usr/bin/timeprobe"])
            with open(os.path.join(root, "etc/passwd")) as file:
                self.assertEqual(file.read().count("\n"), 1)
            self.assertEqual(config["config"]["User"], "65532:65532")
            self.assertEqual(config["config"]["Entrypoint"], ["/usr/bin/timeprobe"])
            again = run([os.path.join(root, "usr/bin/timeprobe"), "--version"])
            self.assertEqual(again.stdout.split()[1], config["config"]["Labels"]["org.opencontainers.image.version"])

    def test_in_a_container_without_rights_on_a_read_only_root(self):
        with served() as (_, process), tempfile.TemporaryDirectory(dir=BUILT) as folder:
            root, config = self.unpack(folder)
            bundle = os.path.dirname(root)
            self.assertEqual(run(["crun", "spec"], cwd=bundle).returncode, 0)
            path = os.path.join(bundle, "config.json")
            with open(path) as file:
                spec = json.load(file)
            self.restrict(spec, process)
            base = ["setpriv", "--bounding-set=-sys_time", os.path.join(folder, "run")]
            with open(base[-1], "w") as file:
                # A container for each run, with the image's own user, program and environment.
                file.write(RUNNER.format(folder=folder, bundle=bundle, name="timeprobe-" + uuid.uuid4().hex[:8]))
            os.chmod(base[-1], 0o755)
            user, _, group = config["config"]["User"].partition(":")
            spec["process"].update(
                user={"uid": int(user), "gid": int(group)}, env=config["config"]["Env"],
                args=config["config"]["Entrypoint"], cwd=config["config"]["WorkingDir"])
            with open(path, "w") as file:
                json.dump(spec, file)
            holds(self, base, folder)

    @staticmethod
    def restrict(spec, process):
        spec["process"]["terminal"] = False
        spec["process"]["capabilities"] = {}
        spec["process"]["noNewPrivileges"] = True
        spec["root"] = {"path": "rootfs", "readonly": True}
        for namespace in spec["linux"]["namespaces"]:
            if namespace["type"] == "network":
                namespace["path"] = f"/proc/{process}/ns/net"
        spec["linux"]["namespaces"] = [
            namespace for namespace in spec["linux"]["namespaces"] if namespace["type"] != "cgroup"]
        # As docker does by default: reading the kernel's clock is allowed, setting it is CAP_SYS_TIME's alone.
        spec["linux"]["seccomp"] = {
            "defaultAction": "SCMP_ACT_ERRNO",
            "architectures": ["SCMP_ARCH_X86_64"] if os.uname().machine == "x86_64" else ["SCMP_ARCH_AARCH64"],
            "syscalls": [{"names": ALLOWED, "action": "SCMP_ACT_ALLOW"}],
        }


RUNNER = """#!/bin/sh
# Runs the container with these arguments behind its program.
set -eu
mkdir -p {folder}/state
python3 - "$@" <<'P'
import json, sys
with open("{bundle}/config.json") as file: spec = json.load(file)
spec["process"]["args"] = spec["process"]["args"][:1] + sys.argv[1:]
with open("{bundle}/config.json", "w") as file: json.dump(spec, file)
P
# crun takes control groups of version 1 or 2, and not both at once.
exec unshare --mount --propagation private sh -c 'umount /sys/fs/cgroup/unified 2> /dev/null || :
exec crun --root {folder}/state --cgroup-manager=disabled run --bundle {bundle} {name}'
"""

# Of what docker's default profile lets through, that which a program of this kind can come to need; everything that
# it does not, is refused here too.
ALLOWED = """accept4 access adjtimex arch_prctl bind brk capget capset chdir chmod chown clock_adjtime clock_getres
clock_gettime clock_nanosleep clone clone3 close close_range connect dup dup2 dup3 epoll_create1 epoll_ctl epoll_pwait
epoll_wait eventfd2 execve execveat exit exit_group faccessat faccessat2 fchdir fchmod fchown fcntl fdatasync flock
fstat fstatfs fsync ftruncate futex get_robust_list getcwd getdents64 getegid geteuid getgid getgroups getpeername
getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit getrusage getsid getsockname
getsockopt gettid gettimeofday getuid inotify_add_watch inotify_init1 ioctl kill lgetxattr link listen lseek lstat
madvise mkdir mkdirat mlock mlockall mmap mprotect mremap msync munlock munlockall munmap nanosleep newfstatat open
openat openat2 pause pipe pipe2 poll ppoll prctl pread64 prlimit64 pselect6 pwrite64 read readlink readlinkat readv
recvfrom recvmmsg recvmsg rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending
rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait sched_get_priority_max
sched_get_priority_min sched_getaffinity sched_getparam sched_getscheduler sched_setaffinity sched_setscheduler
sched_yield select sendmmsg sendmsg sendto set_robust_list set_tid_address setgid setgroups setpgid setpriority
setresgid setresuid setrlimit setsid setsockopt setuid shutdown sigaltstack signalfd4 socket socketpair stat statfs
statx symlink sysinfo tgkill time timer_create timer_delete timer_settime timerfd_create timerfd_gettime
timerfd_settime umask uname unlink unlinkat utimensat wait4 waitid write writev""".split()


if __name__ == "__main__":
    unittest.main()
