#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts rely on of `binnaclectl cp`: files are the same on both sides, whatever their names and contents, and
there is never half a file under its own name. Containers with files are real ones, so this needs the cluster of
BINNACLE_TEST_KUBECONFIG, where it makes the namespace term-copy, and kubectl to make it.

usage: copy_contract.py BINNACLECTL
"""
import hashlib
import json
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

NAMESPACE = "term-copy"
POD = """
apiVersion: v1
kind: Pod
metadata: {name: box, namespace: %s}
spec:
  terminationGracePeriodSeconds: 0
  containers:
  - {name: box, image: alpine, imagePullPolicy: IfNotPresent, command: [sleep, "100000"]}
  - {name: python, image: "python:3.11-slim", imagePullPolicy: IfNotPresent, command: [sleep, "100000"]}
""" % NAMESPACE
NAMES = ["plain", "two words", " blank at the ends ", "quote'\"`", "dollar $HOME $(id)", "back\\slash\\n", "line\nbreak",
         "ends in a newline\n", "-rf", "*?[a]", "ünïcode 日本 🚢", ".hidden", "..twodots", "a;b|c&d>e", "%s %d %%", "~", "#x", "!y",
         "colon:here"]
RANDOM = random.Random(5)


def run(*arguments, status=0, **more):
    done = subprocess.run([str(a) for a in arguments], capture_output=True, **more)
    if status is not None and done.returncode != status:
        raise AssertionError(f"{arguments} ended with {done.returncode}, not {status}:\n{done.stderr.decode()}")
    return done


def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


def tree(folder):
    """Every file below it, with its content and whether it can be executed."""
    found = {}
    for place, folders, files in os.walk(os.fsencode(folder)):
        for name in files:
            path = os.path.join(place, name)
            found[os.path.relpath(path, os.fsencode(folder))] = (digest(path), bool(os.stat(path).st_mode & stat.S_IXUSR))
        for name in folders:
            path = os.path.join(place, name)
            found[os.path.relpath(path, os.fsencode(folder))] = "folder"
    return found


class Copies:
    def __init__(self, control, folder):
        self.control, self.folder = control, folder

    def cp(self, source, target, *options, status=0):
        options = options if "-c" in options else ("-c", "box", *options)
        return run(self.control, "-n", NAMESPACE, "cp", *options, source, target, status=status)

    def exec(self, *command, container="box", status=0):
        return run(self.control, "-n", NAMESPACE, "exec", "box", "-c", container, "--", *command, status=status).stdout

    def path(self, name):
        return os.path.join(self.folder, name)

    def one_file_of_each_name_and_back(self):
        for index, name in enumerate(NAMES):
            content = RANDOM.randbytes(RANDOM.choice([0, 1, 100, 70_000]))
            with open(self.path(name), "wb") as file:
                file.write(content)
            self.cp("./" + os.path.relpath(self.path(name)), "box:/tmp/" + name)
            there = self.exec("sha256sum", "/tmp/" + name).decode(errors="replace").lstrip("\\").split()[0]
            assert there == digest(self.path(name)), name
            back = self.path("back%d" % index)
            self.cp("box:/tmp/" + name, back)
            assert digest(back) == digest(self.path(name)), name
            os.remove(back)
            os.remove(self.path(name))

    def folders_with_all_that_is_in_them(self):
        for container in ("box", "python"):
            source = self.path("tree of " + container)
            os.makedirs(source + "/deep/er/empty folder")
            for name in NAMES:
                for place in (source, source + "/deep/er"):
                    with open(os.path.join(place, name), "wb") as file:
                        file.write(RANDOM.randbytes(300))
            os.chmod(source + "/plain", 0o755)
            os.symlink("/etc/passwd", source + "/link")
            told = json.loads(self.cp(source, "box:/tmp/tree", "-c", container, "-o", "json").stdout)
            assert told["files"] == 2 * len(NAMES) and told["verified"], told
            assert [os.path.basename(path) for path in told["leftOut"]] == ["link"], told
            self.exec("ln", "-s", "/etc", "/tmp/tree/outside", container=container)
            told = json.loads(self.cp("box:/tmp/tree", self.path("copy"), "-c", container, "-o", "json").stdout)
            assert told["leftOut"] == ["/tmp/tree/outside"], told
            os.remove(source + "/link")
            assert tree(source) == tree(self.path("copy"))
            # Into a folder that is there, as cp does.
            self.cp("box:/tmp/tree", self.path("copy"), "-c", container)
            assert tree(source) == tree(self.path("copy/tree"))
            shutil.rmtree(self.path("copy"))

    def a_large_file(self):
        large = self.path("large")
        with open(large, "wb") as file:
            for _ in range(64):
                file.write(RANDOM.randbytes(1 << 20))
        began = time.monotonic()
        self.cp(large, "box:/tmp/large")
        up = time.monotonic() - began
        self.cp("box:/tmp/large", self.path("again"))
        down = time.monotonic() - began - up
        assert digest(large) == digest(self.path("again"))
        print(f"   64 MiB up in {up:.1f} s, down in {down:.1f} s")

    def what_fails_leaves_nothing_under_the_name(self):
        missing = self.cp("box:/tmp/no such file", self.path("x"), status=1).stderr.decode()
        assert "no such file" in missing, missing
        assert not os.path.exists(self.path("x"))
        refused = self.cp(self.path("large"), "box:/proc/large", status=1).stderr.decode()
        assert "/proc/" in refused, refused
        self.cp(self.path("no such"), "box:/tmp/x", status=1)
        self.cp("a", "b", status=2)
        full = self.cp(self.path("large"), "box:/dev/full/x", status=1).stderr.decode()
        assert "could not be written" in full, full

    def interrupted_it_leaves_a_temporary_name_at_most(self):
        self.exec("rm", "-rf", "/tmp/cut")
        self.exec("mkdir", "/tmp/cut")
        for wait in (0.2, 0.5, 0.9):
            process = subprocess.Popen([self.control, "-n", NAMESPACE, "cp", "-c", "box", self.path("large"),
                                        "box:/tmp/cut/large"],
                                       stderr=subprocess.PIPE)
            time.sleep(wait)
            process.send_signal(signal.SIGINT)
            process.communicate()
            names = self.exec("ls", "-A", "/tmp/cut").decode().split()
            if process.returncode == 0:
                continue
            assert process.returncode == 5, process.returncode
            assert "large" not in names and all(name.endswith(".part") for name in names), names

    def odd_ends(self):
        # A name that is not UTF-8, which Linux allows.
        name = os.fsencode(self.path("")) + b"latin-\xfc"
        with open(name, "wb") as file:
            file.write(b"x")
        target = self.path("odd")
        os.mkdir(target)
        os.rename(name, os.path.join(os.fsencode(target), b"latin-\xfc"))
        self.cp(target, "box:/tmp/odd")
        self.cp("box:/tmp/odd", self.path("odd back"))
        assert tree(target) == tree(self.path("odd back"))
        # A file that grows while it is copied is the file as it was at the beginning.
        self.exec("sh", "-c", "(while :; do date; done) > /tmp/growing 2>/dev/null & sleep 1")
        self.cp("box:/tmp/growing", self.path("growing"))
        assert open(self.path("growing"), "rb").read().count(b"\n") > 10

    def a_container_without_sha256sum_is_told(self):
        self.exec("sh", "-c", "rm $(command -v sha256sum)", container="python")
        told = self.cp(self.path("large"), "box:/tmp/unverified", "-c", "python").stderr.decode()
        assert "no sha256sum" in told, told


def main():
    kubeconfig = os.environ.get("BINNACLE_TEST_KUBECONFIG")
    kubectl = shutil.which("kubectl")
    if not kubeconfig or not kubectl:
        print("SKIPPED: no real cluster (BINNACLE_TEST_KUBECONFIG) or no kubectl")
        return 77
    os.environ["KUBECONFIG"] = kubeconfig
    if run(kubectl, "create", "namespace", NAMESPACE, status=None).returncode != 0:
        print("SKIPPED: the namespace %s is in use" % NAMESPACE)
        return 77
    try:
        for _ in range(30):
            if run(kubectl, "apply", "-f", "-", status=None, input=POD.encode()).returncode == 0:
                break
            time.sleep(1)
        run(kubectl, "-n", NAMESPACE, "wait", "--for=condition=Ready", "pod/box", "--timeout=120s")
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            copies = Copies(os.path.abspath(sys.argv[1]), folder)
            for step in (copies.one_file_of_each_name_and_back, copies.folders_with_all_that_is_in_them,
                         copies.a_large_file, copies.what_fails_leaves_nothing_under_the_name,
                         copies.interrupted_it_leaves_a_temporary_name_at_most, copies.odd_ends,
                         copies.a_container_without_sha256sum_is_told):
                step()
                print("ok", step.__name__, flush=True)
    finally:
        run(kubectl, "delete", "namespace", NAMESPACE, "--wait=false", status=None)
    return 0


if __name__ == "__main__":
    sys.exit(main())
