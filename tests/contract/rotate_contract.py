#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations from the command line: what changes, what stays, what is refused, and what is left when they are disturbed.

usage: rotate_contract.py BINNACLECTL [unittest arguments]

Against the demo cluster, or with BINNACLE_TEST_KUBECONFIG against that one. Needs kubectl (else exit 77: skipped).
"""
import base64
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.dont_write_bytecode = True
import rotate_kill
from rotate_kill import NAMESPACE, cluster, kubectl, opens, secret, settled

BINNACLECTL = ""
DONE, FAILED, USAGE, UNREACHABLE, FORBIDDEN, CONFLICT = 0, 1, 2, 3, 4, 7
FIRST = "first-Aiy6thei0ahJ2ahz"
WORKLOADS = ("statefulset/postgres", "deployment/app", "deployment/web", "deployment/bystander")
FIXED = f"""
apiVersion: v1
kind: Secret
metadata: {{name: fixed, namespace: {NAMESPACE}}}
immutable: true
stringData: {{KEY: never-changed}}
"""


class Relay:
    """Hands bytes through to the API server, but while it is cut."""

    def __init__(self, server):
        host, port = server.split("//")[1].split(":")
        self.to = (host, int(port))
        self.is_cut = False
        self.open = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            if self.is_cut:
                near.close()
                continue
            far = socket.create_connection(self.to)
            self.open += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.hand, args=(one, other), daemon=True).start()

    @staticmethod
    def hand(one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)

    def cut(self):
        self.is_cut = True
        for each in self.open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class RotateContract(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="binnacle-rotate-"))
        kubectl("create", "namespace", NAMESPACE)
        manifests = rotate_kill.MANIFESTS.replace("PLACEHOLDER", FIRST).replace("REVERSED", FIRST[::-1])
        kubectl("apply", "-f", "-", text=manifests + "---" + FIXED)
        settled()

    @classmethod
    def tearDownClass(cls):
        kubectl("delete", "namespace", NAMESPACE, "--wait=false", check=False)
        shutil.rmtree(cls.folder, ignore_errors=True)

    def command(self, *arguments, home="home", kubeconfig=None):
        home = str(self.folder / home)
        environment = {**os.environ, "HOME": home, "XDG_STATE_HOME": f"{home}/state", "XDG_DATA_HOME": f"{home}/data",
                       "XDG_CACHE_HOME": f"{home}/cache", "XDG_CONFIG_HOME": f"{home}/config"}
        environment["KUBECONFIG"] = kubeconfig or os.environ["KUBECONFIG"]
        os.makedirs(home, exist_ok=True)
        return {"args": [BINNACLECTL, "-n", NAMESPACE, "rotate", *arguments, "--yes"], "env": environment, "text": True}

    def rotate(self, *arguments, status=DONE, text="", **more):
        done = subprocess.run(**self.command(*arguments, **more), input=text, capture_output=True, timeout=400)
        self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr

    @staticmethod
    def live(*names):
        """Without what the cluster itself keeps changing: status, events of pods."""
        objects = {}
        for name in names or (*WORKLOADS, "secret/db", "secret/fixed"):
            thing = json.loads(kubectl("-n", NAMESPACE, "get", name, "-o", "json"))
            thing.pop("status", None)
            for field in ("managedFields", "resourceVersion", "generation"):
                thing["metadata"].pop(field, None)
            thing["metadata"].get("annotations", {}).pop("deployment.kubernetes.io/revision", None)
            thing["metadata"].get("annotations", {}).pop("kubectl.kubernetes.io/last-applied-configuration", None)
            objects[name] = thing
        return objects

    def restarted(self, before, after):
        """Those restarted; nothing else of any object may be different, but the data of the Secret."""
        names = []
        for name in WORKLOADS:
            now = json.loads(json.dumps(after[name]))
            was = json.loads(json.dumps(before[name]))
            times = [each["spec"]["template"]["metadata"].get("annotations", {})
                     .pop("kubectl.kubernetes.io/restartedAt", "") for each in (was, now)]
            for each in (was, now):
                if not each["spec"]["template"]["metadata"].get("annotations"):
                    each["spec"]["template"]["metadata"].pop("annotations", None)
            self.assertEqual(now, was)
            names += [name] if times[0] != times[1] else []
        was, now = before["secret/db"], after["secret/db"]
        self.assertEqual({**now, "data": {}}, {**was, "data": {}})
        return names

    def unchanged(self):
        test = self

        class Unchanged:
            def __enter__(self):
                self.before = test.live()

            def __exit__(self, *_):
                test.assertEqual(test.live(), self.before)
                test.assertFalse(secret("db-rotation"), "staged values are left")
        return Unchanged()

    def test_1_a_key_without_a_back_end(self):
        before = self.live()
        values = secret()
        self.rotate("db/TOKEN", "--length", "40")
        after = secret()
        self.assertRegex(after["TOKEN"], "^[A-Za-z0-9]{40}$")
        self.assertEqual({**after, "TOKEN": ""}, {**values, "TOKEN": ""})
        self.assertEqual(self.restarted(before, self.live()), ["deployment/web"])
        self.assertFalse(secret("db-rotation"))

    def test_2_a_value_that_was_issued(self):
        time.sleep(1.1)  # restarts are told apart by the second
        before = self.live()
        said = self.rotate("db/TOKEN", "--value-file", "-", text="issued-by-somebody\n")
        self.assertEqual(secret()["TOKEN"], "issued-by-somebody")
        self.assertNotIn("issued-by", said)
        self.assertEqual(self.restarted(before, self.live()), ["deployment/web"])
        with self.unchanged():
            said = self.rotate("db/TOKEN", "--value-file", "-", text="issued-by-somebody\n", status=USAGE)
            self.assertIn("is the one that it has", said)

    def test_3_what_cannot_be(self):
        with self.unchanged():
            for arguments, status, words in [
                    (["fixed/KEY"], FAILED, "it is immutable"),
                    (["db/ABSENT"], FAILED, "it has no key ABSENT"),
                    (["absent/KEY"], FAILED, "not found"),
                    (["db/PASSWORD", "--workload", "statefulset/absent"], FAILED, "not found"),
                    (["db/PASSWORD", "--workload", "statefulset/postgres", "--role", "nobody"], FAILED,
                     "does not open the database"),
                    (["db/TOKEN", "--workload", "statefulset/postgres"], FAILED, "does not open the database"),
                    (["db/TOKEN", "--resume"], FAILED, "no rotation"),
                    (["db/TOKEN", "--revert"], FAILED, "no rotation")]:
                with self.subTest(" ".join(arguments)):
                    said = self.rotate(*arguments, status=status)
                    self.assertIn(words, said)

    def test_4_forbidden_to_run_commands(self):
        user = self.limited_user()
        may = subprocess.run(["kubectl", "--kubeconfig", user, "auth", "can-i", "create", "pods",
                              "--subresource=exec", "-n", NAMESPACE],
                             capture_output=True, text=True)
        if may.stdout.strip() == "yes":
            self.skipTest("this cluster does not enforce roles")
        with self.unchanged():
            said = self.rotate("db/PASSWORD", "--workload", "statefulset/postgres", kubeconfig=user, status=FORBIDDEN)
            self.assertIn("pods/exec", said)
        self.rotate("db/TOKEN", kubeconfig=user)

    def limited_user(self):
        """All that a rotation needs but to run commands in pods."""
        kubectl("-n", NAMESPACE, "create", "serviceaccount", "limited")
        rules = [{"apiGroups": ["", "apps"], "verbs": ["*"],
                  "resources": ["secrets", "pods", "statefulsets", "deployments", "daemonsets", "replicasets"]}]
        role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "rules": rules,
                "metadata": {"name": "limited", "namespace": NAMESPACE}}
        kubectl("create", "-f", "-", text=json.dumps(role))
        kubectl("-n", NAMESPACE, "create", "rolebinding", "limited", "--role=limited",
                f"--serviceaccount={NAMESPACE}:limited")
        config = self.config()
        config["users"][0]["user"] = {"token": self.token("limited")}
        return self.written("limited", config)

    @staticmethod
    def token(account):
        made = kubectl("-n", NAMESPACE, "create", "token", account, check=False).strip()
        deadline = time.time() + 30
        while not made and time.time() < deadline:  # before 1.24 it is kept in a Secret
            for each in json.loads(kubectl("-n", NAMESPACE, "get", "secrets", "-o", "json"))["items"]:
                if each["metadata"].get("annotations", {}).get("kubernetes.io/service-account.name") == account:
                    made = base64.b64decode(each.get("data", {}).get("token", "")).decode()
            time.sleep(0.5)
        return made

    @staticmethod
    def config():
        return json.loads(kubectl("config", "view", "--raw", "--minify", "-o", "json"))

    def written(self, name, config):
        path = self.folder / f"{name}.kubeconfig"
        path.write_text(json.dumps(config))
        return str(path)

    def test_5_the_connection_is_lost(self):
        before = secret()["PASSWORD"]
        config = self.config()
        server = config["clusters"][0]["cluster"]["server"]
        relay = Relay(server)
        config["clusters"][0]["cluster"]["server"] = f"{server.split(':')[0]}://127.0.0.1:{relay.port}"
        kubeconfig = self.written("relay", config)
        what = ["db/PASSWORD", "--workload", "statefulset/postgres"]
        with subprocess.Popen(**self.command(*what, kubeconfig=kubeconfig), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as run:
            said = ""
            for line in run.stdout:
                said += line
                if line.startswith("[4/"):
                    relay.cut()
        self.assertEqual(run.returncode, UNREACHABLE, said)
        self.assertIn("--resume", said)
        staged = secret("db-rotation")
        self.assertEqual(staged["old"], before)
        # The journal knows a cluster by its address, so it comes back where it was.
        self.assertIn("another computer", self.rotate(*what, "--resume", status=CONFLICT))
        relay.is_cut = False
        self.rotate(*what, "--resume", kubeconfig=kubeconfig)
        self.settled_with(staged["new"], staged["old"])

    def test_6_another_computer_puts_it_back(self):
        before = secret()["PASSWORD"]
        what = ["db/PASSWORD", "--workload", "statefulset/postgres"]
        with subprocess.Popen(**self.command(*what, home="one"), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as run:
            for line in run.stdout:
                if line.startswith("[5/"):
                    run.kill()
        staged = secret("db-rotation")
        said = self.rotate(*what, home="other", status=CONFLICT)
        self.assertIn("another rotation", said)
        self.assertIn("was begun on another computer", self.rotate(*what, "--resume", home="other", status=CONFLICT))
        self.assertEqual(secret("db-rotation"), staged)
        self.rotate(*what, "--revert", home="other")
        self.settled_with(before, staged["new"])
        self.assertEqual(staged["old"], before)

    @staticmethod
    def user_of_token(kind, name, **spec):
        """A pod, or what makes one, that has the token in its environment."""
        container = {"name": "main", "image": "postgres:15-alpine", "imagePullPolicy": "IfNotPresent",
                     "command": ["sleep", "100000"],
                     "env": [{"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "db", "key": "TOKEN"}}}]}
        pod = {"terminationGracePeriodSeconds": 1, "containers": [container]}
        template = {"metadata": {"labels": {"app": name}}, "spec": pod}
        made = {"apiVersion": "v1" if kind == "Pod" else "apps/v1", "kind": kind,
                "metadata": {"name": name, "namespace": NAMESPACE},
                "spec": pod if kind == "Pod" else {"selector": {"matchLabels": {"app": name}}, "template": template,
                                                   **spec}}
        kubectl("create", "-f", "-", text=json.dumps(made))

    def test_7_who_would_keep_the_old_value(self):
        self.user_of_token("Pod", "alone")
        with self.unchanged():
            said = self.rotate("db/TOKEN", status=CONFLICT)
            self.assertIn(f"Pod {NAMESPACE}/alone: it uses the value and no workload would replace it", said)
        self.rotate("db/TOKEN", "--leave-pods")
        kubectl("-n", NAMESPACE, "delete", "pod", "alone")
        self.user_of_token("DaemonSet", "still", updateStrategy={"type": "OnDelete"})
        with self.unchanged():
            self.assertIn("update strategy is OnDelete", self.rotate("db/TOKEN", status=CONFLICT))
        kubectl("-n", NAMESPACE, "delete", "daemonset", "still")

    def test_8_one_that_uses_it_is_deleted_in_between(self):
        for goes_on in ("--revert", "--resume"):
            with self.subTest(goes_on):
                self.user_of_token("Deployment", "gone", replicas=1)
                kubectl("-n", NAMESPACE, "rollout", "status", "deployment/gone", "--timeout=120s")
                before = secret()["TOKEN"]
                with subprocess.Popen(**self.command("db/TOKEN"), stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT) as run:
                    for line in run.stdout:
                        if line.startswith("[3/"):
                            run.kill()
                            break
                staged = secret("db-rotation")
                kubectl("-n", NAMESPACE, "delete", "deployment", "gone")
                self.rotate("db/TOKEN", goes_on)
                self.assertEqual(secret()["TOKEN"], before if goes_on == "--revert" else staged["new"])
                self.assertFalse(secret("db-rotation"))

    def test_9_what_was_kept_is_deleted_by_hand(self):
        with subprocess.Popen(**self.command("db/TOKEN"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as run:
            for line in run.stdout:
                if line.startswith("[2/"):
                    run.kill()
                    break
        kubectl("-n", NAMESPACE, "delete", "secret", "db-rotation")
        self.rotate("db/TOKEN")
        self.assertFalse(secret("db-rotation"))

    def settled_with(self, value, other):
        settled()
        self.assertEqual(secret()["PASSWORD"], value)
        self.assertFalse(secret("db-rotation"))
        self.assertTrue(opens(value))
        self.assertFalse(opens(other))


def main():
    global BINNACLECTL
    if shutil.which("kubectl") is None:
        print("needs kubectl")
        return 77
    BINNACLECTL = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder, cluster(BINNACLECTL, folder) as kubeconfig:
        os.environ["KUBECONFIG"] = kubeconfig
        done = unittest.main(argv=sys.argv[:1] + sys.argv[2:], exit=False, verbosity=2)
    return 0 if done.result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
