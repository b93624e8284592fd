#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of a small stack: secrets given in each way, steps left out, broken images, Ctrl-C and resume, conflicts,
rollback, and what an uninstall leaves.

usage: stack_life.py BINNACLECTL [unittest arguments]

Runs against the demo cluster, and with BINNACLE_TEST_KUBECONFIG against that cluster too, in the namespace
binnacle-stack-life. Pods run `sleep` in $BINNACLE_TEST_IMAGE (busybox), which a node must have or be able to pull.
"""
import base64
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys
import time
import unittest

import cli_contract
from cli_contract import CANCELLED, CONFLICT, DONE, FAILED, GATE_TIMEOUT, USAGE, Case, environment, simulator

SPACE = "binnacle-stack-life"
IMAGE = os.environ.get("BINNACLE_TEST_IMAGE", "busybox")
PASSWORD = "correct-horse-battery"

STACK = f"""apiVersion: binnacle/v1
kind: Stack
name: life
namespaces: [{SPACE}]
secrets:
- namespace: {SPACE}
  name: keys
  keys:
  - {{name: made, from: generate, length: 20}}
  - {{name: asked, from: prompt, description: what only the operator knows}}
steps:
- {{id: space, gate: exists, objects: [{{kind: Namespace}}]}}
- {{id: config, gate: exists, objects: [{{kind: Secret}}, {{kind: ConfigMap}}]}}
- {{id: data, gate: ready, timeoutSeconds: 120, objects: [{{kind: StatefulSet}}]}}
- {{id: web, gate: ready, timeoutSeconds: 15, objects: [{{kind: Deployment}}]}}
parameters:
- name: image
  fields: [{{kind: Deployment, paths: [spec.template.spec.containers.0.image]}}]
- name: replicas
  type: integer
  fields: [{{kind: Deployment, paths: [spec.replicas]}}]
"""

NAMESPACE = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: {SPACE}}}\n"


def workload(kind, name, more):
    return f"""---
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}, namespace: {SPACE}}}
spec:
  replicas: 1
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      terminationGracePeriodSeconds: 1
      containers: [{{name: main, image: "{IMAGE}", imagePullPolicy: IfNotPresent, command: [sleep, "100000"]}}]
{more}"""


OBJECTS = f"""apiVersion: v1
kind: ConfigMap
metadata: {{name: settings, namespace: {SPACE}}}
data: {{colour: red}}
""" + workload("StatefulSet", "db", """  serviceName: db
  volumeClaimTemplates:
  - {metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}
""") + workload("Deployment", "web", "")


class Life(Case):
    """On one cluster; what a test leaves is what the next one begins with only where its name says so."""

    kubeconfig = None

    @classmethod
    def setUpClass(cls):
        if cls is Life:
            raise unittest.SkipTest("the cases are run once for each cluster below")
        super().setUpClass()
        cls.stack_at("life", STACK, NAMESPACE + "---\n" + OBJECTS)
        cls.stack_at("space", f"apiVersion: binnacle/v1\nkind: Stack\nname: space\nnamespaces: [{SPACE}]\n"
                              "steps: [{id: space, gate: exists, objects: [{kind: Namespace}]}]\n", NAMESPACE)

    @classmethod
    def stack_at(cls, name, stack, objects):
        folder = pathlib.Path(cls.home, name)
        (folder / "base").mkdir(parents=True)
        (folder / "stack.yaml").write_text(stack, encoding="utf-8")
        (folder / "base" / "kustomization.yaml").write_text("resources: [objects.yaml]\n", encoding="utf-8")
        (folder / "base" / "objects.yaml").write_text(objects, encoding="utf-8")

    def setUp(self):
        self.secrets = str(self.file("secrets", f"# as the README has it\n{SPACE}/keys/asked={PASSWORD}\n"))

    def tearDown(self):
        for stack in ("./life", "./space"):
            self.on("uninstall", stack, "--volumes", "--yes", timeout=200)
        deadline = time.monotonic() + 60
        while SPACE in self.names("ns") and time.monotonic() < deadline:
            time.sleep(0.5)
        self.assertNotIn(SPACE, self.names("ns"))

    def on(self, *arguments, **more):
        return self.ctl(*arguments, kubeconfig=self.kubeconfig, **more)

    def deploy(self, *arguments, **more):
        return self.on("deploy", "./life", "--yes", "-o", "json", *arguments, timeout=300, **more)

    def deployed(self, *arguments):
        outcome = self.deploy("--secret-file", self.secrets, *arguments)
        self.assertEqual(outcome.code, DONE, outcome.err[-3000:])
        return outcome.json

    def get(self, kind, name):
        outcome = self.on("get", kind, name, "-n", SPACE, "-o", "json")
        self.assertEqual(outcome.code, DONE, outcome.err)
        return outcome.json

    def names(self, kind):
        outcome = self.on("get", kind, "-n", SPACE, "-o", "json")
        self.assertEqual(outcome.code, DONE, outcome.err)
        return [item["metadata"]["name"] for item in outcome.json["items"]]

    def secret(self):
        return {key: base64.b64decode(value).decode() for key, value in self.get("secret", "keys")["data"].items()}

    def start(self, *arguments):
        return subprocess.Popen([cli_contract.CTL, "deploy", "./life", "--yes", "-o", "json", "--kubeconfig",
                                 self.kubeconfig, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                stdin=subprocess.DEVNULL, text=True, env=environment(self.home), cwd=self.home)

    BROKEN = "image=busybox:does-not-exist"

    def test_secrets(self):
        error = self.assertFails(self.deploy(), USAGE, "asked")
        self.assertIn("BINNACLE_SECRET_KEYS_ASKED", error["next"])
        broken = str(self.file("broken-secrets", f"\n{SPACE}/keys/asked\n"))
        error = self.assertFails(self.deploy("--secret-file", broken), USAGE, "broken-secrets:2")
        self.assertFails(self.deploy("--secret-file", "nosuchfile"), FAILED, "nosuchfile")
        self.assertNotIn(SPACE, self.names("ns"), "nothing was done")

        report = self.deployed()
        secret = self.secret()
        self.assertEqual((secret["asked"], len(secret["made"])), (PASSWORD, 20))
        self.assertEqual(cli_contract.actions(report), {"created"})
        again = self.deploy()
        self.assertEqual((again.code, cli_contract.actions(again.json)), (DONE, {"unchanged"}), again.err[-2000:])
        self.assertEqual(self.secret(), secret, "what the cluster has is never asked for nor made again")
        journal = pathlib.Path(self.home, "journal.sqlite").read_bytes()
        for value in secret.values():
            self.assertNotIn(value.encode(), journal)

    def test_prompts_on_a_terminal(self):
        main, other = pty.openpty()
        process = subprocess.Popen([cli_contract.CTL, "deploy", "./life", "--kubeconfig", self.kubeconfig],
                                   stdin=other, stdout=subprocess.DEVNULL, stderr=other, env=environment(self.home),
                                   cwd=self.home, start_new_session=True)
        os.close(other)
        seen = b""

        def answer(question, text):
            nonlocal seen
            deadline = time.monotonic() + 60
            while question not in seen and time.monotonic() < deadline:
                if select.select([main], [], [], 1)[0]:
                    seen += os.read(main, 4096)
            self.assertIn(question, seen)
            time.sleep(0.2)
            os.write(main, text + b"\n")

        answer(b"Deploy life", b"y")
        answer(b"keys/asked", PASSWORD.encode())
        while process.poll() is None:
            if select.select([main], [], [], 1)[0]:
                try:
                    seen += os.read(main, 4096)
                except OSError:
                    break
        self.assertEqual(process.wait(120), DONE, seen[-3000:])
        os.close(main)
        self.assertNotIn(PASSWORD.encode(), seen, "what is typed is not shown")
        self.assertEqual(self.secret()["asked"], PASSWORD)

    def test_later_steps_only_and_rollback(self):
        self.deployed()
        uid = self.get("deployment", "web")["metadata"]["uid"]
        report = self.deployed("--from", "web", "--set", "replicas=2")
        self.assertEqual([(step["id"], cli_contract.actions({"steps": [step]})) for step in report["steps"]],
                         [("check", set()), ("web", {"changed"})])
        self.assertEqual(self.get("deployment", "web")["status"]["readyReplicas"], 2)
        undone = self.on("rollback", "./life", "--yes", "-o", "json", timeout=200)
        self.assertEqual(undone.code, DONE, undone.err[-2000:])
        web = self.get("deployment", "web")
        self.assertEqual((web["spec"]["replicas"], web["metadata"]["uid"]), (1, uid))
        self.assertFails(self.deploy("--from", "nosuch"), USAGE, "space, config, data, web")

    def test_broken_image(self):
        self.deployed()
        outcome = self.deploy("--set", self.BROKEN)
        error = self.assertFails(outcome, GATE_TIMEOUT, "web-", "ImagePull")
        self.assertEqual(len(outcome.out.strip().splitlines()), 2, "the report, then the error")
        report = json.loads(outcome.out.splitlines()[0])
        self.assertEqual(report["outcome"], "timed-out", error)
        self.assertEqual(self.on("rollback", "./life", "--yes", timeout=200).code, DONE)
        self.assertEqual(self.on("health", "deployment", "web", "-n", SPACE, "-o", "json").json[0]["state"], "Healthy")

    def test_interrupted_and_resumed(self):
        with self.start("--secret-file", self.secrets, "--set", self.BROKEN) as process:
            seen = ""
            while "] web: waiting" not in seen and process.poll() is None:
                seen += process.stderr.readline()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        outcome = cli_contract.Outcome(process.returncode, out, seen + err)
        self.assertFails(outcome, CANCELLED)
        self.assertEqual(json.loads(out.splitlines()[0])["outcome"], "cancelled")
        runbook = self.ctl("journal", "-o", "json").json[0]
        self.assertEqual(runbook["outcome"], "cancelled")
        self.assertFails(self.deploy("--resume", "--set", "replicas=2"), USAGE, "as it was planned")
        made = self.secret()
        # What was planned is what goes on: the image that cannot be pulled, without asking for the secret again.
        self.assertFails(self.deploy("--resume"), GATE_TIMEOUT, "ImagePull")
        self.assertEqual(self.secret(), made)
        self.assertEqual(self.ctl("journal", "-o", "json").json[0]["runbook"], runbook["runbook"])
        self.deployed()
        self.assertFails(self.deploy("--resume"), FAILED, "no interrupted runbook")

    def test_conflict(self):
        if shutil.which("kubectl") is None:
            self.skipTest("no kubectl to be the other owner")
        self.deployed()
        other = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: settings, namespace: {SPACE}}}\ndata: {{colour: blue}}\n"
        subprocess.run(["kubectl", "--kubeconfig", self.kubeconfig, "apply", "--server-side", "--force-conflicts",
                        "--field-manager=somebody", "-f", "-"], input=other, text=True, check=True, capture_output=True,
                       env=environment(self.home))
        self.assertFails(self.deploy(), CONFLICT, "somebody", "settings", "--force-conflicts")
        self.assertEqual(self.get("configmap", "settings")["data"]["colour"], "blue")
        self.assertFails(self.on("diff", "./life", "-o", "json"), CONFLICT, "--force-conflicts")
        diff = self.on("diff", "./life", "--force-conflicts", "-o", "json")
        self.assertEqual({entry["name"] for entry in diff.json if entry["action"] != "none"}, {"settings"})
        taken = self.deploy("--force-conflicts")
        self.assertEqual(taken.code, DONE, taken.err[-2000:])
        self.assertNotEqual(self.get("configmap", "settings")["data"]["colour"], "blue")

    def test_uninstall_where_the_namespace_was_there_before(self):
        self.assertEqual(self.on("deploy", "./space", "--yes").code, DONE)
        self.deployed()
        self.assertEqual(self.names("pvc"), ["data-db-0"])
        self.assertEqual(self.on("uninstall", "./life", "--yes", timeout=200).code, DONE)
        self.assertEqual((self.names("pvc"), self.names("deployments"), self.names("pods")), (["data-db-0"], [], []))
        removal = self.on("uninstall", "./life", "--volumes", "--yes", "-o", "json", timeout=200)
        self.assertEqual(removal.code, DONE, removal.err[-2000:])
        self.assertEqual(self.names("pvc"), [])
        self.assertIn(SPACE, self.names("ns"))
        self.assertFails(self.on("uninstall", "./life", "--volumes", "--yes", "-o", "json"), FAILED, "nothing")


class OnDemoCluster(Life):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = simulator(cls.home, "--scenario", "empty")
        _, cls.kubeconfig, _ = manager.__enter__()
        cls.addClassCleanup(manager.__exit__, None, None, None)


class OnRealCluster(Life):
    @classmethod
    def setUpClass(cls):
        cls.kubeconfig = os.environ.get("BINNACLE_TEST_KUBECONFIG", "")
        if not cls.kubeconfig:
            raise unittest.SkipTest("NO REAL API SERVER: BINNACLE_TEST_KUBECONFIG is not set")
        super().setUpClass()


if __name__ == "__main__":
    cli_contract.CTL = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
