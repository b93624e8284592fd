#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts rely on: exit statuses, the shape of the JSON, and one clear message for each kind of bad input.

usage: cli_contract.py BINNACLECTL [unittest arguments]

Runs against the demo cluster that `binnaclectl simulate` serves. With BINNACLE_TEST_KUBECONFIG the read-only cases run
against that cluster too.
"""
import base64
import contextlib
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

CTL = ""
STATES = {"Healthy", "Progressing", "Degraded", "Suspended", "Missing", "Unknown"}
DONE, FAILED, USAGE, UNREACHABLE, FORBIDDEN, CANCELLED, GATE_TIMEOUT, CONFLICT = range(8)


class Outcome:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def error(self):
        return json.loads(self.out.strip().splitlines()[-1])["error"]


def environment(home):
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("BINNACLE_", "KUBE"))}
    return {**clean, "HOME": home, "XDG_CACHE_HOME": home + "/cache", "XDG_DATA_HOME": home + "/data",
            "XDG_CONFIG_HOME": home + "/config", "XDG_STATE_HOME": home + "/state",
            "BINNACLE_JOURNAL": home + "/journal.sqlite", "NO_PROXY": "*"}


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.mkdtemp(prefix="binnaclectl-")
        cls.addClassCleanup(shutil.rmtree, cls.home, True)

    def ctl(self, *arguments, kubeconfig=None, stdin=None, timeout=60):
        command = [CTL, *arguments]
        if kubeconfig:
            command += ["--kubeconfig", str(kubeconfig)]
        given = {"stdin": subprocess.DEVNULL} if stdin is None else {"input": stdin}
        run = subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment(self.home),
                             cwd=self.home, check=False, **given)
        return Outcome(run.returncode, run.stdout, run.stderr)

    def file(self, name, text):
        path = pathlib.Path(self.home, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def assertFails(self, outcome, code, *words):
        """The status, one JSON error line with all members, and the same told to people on standard error."""
        self.assertEqual(outcome.code, code, outcome.err)
        error = outcome.error
        self.assertEqual(set(error), {"kind", "object", "request", "message", "next"})
        self.assertTrue(error["message"], error)
        self.assertTrue(error["next"] or error["kind"] == "Cancelled", error)
        self.assertIn("error:", outcome.err)
        for word in words:
            self.assertIn(word, error["message"] + " " + error["next"] + " " + error["object"])
        return error


@contextlib.contextmanager
def simulator(home, *arguments):
    """A demo cluster of its own, ended by SIGTERM; checks that it ends well."""
    kubeconfig = os.path.join(home, f"simulator-{time.monotonic_ns()}.kubeconfig")
    process = subprocess.Popen([CTL, "simulate", "--listen", "127.0.0.1:0", "--kubeconfig-out", kubeconfig, *arguments],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True,
                               env=environment(home))
    try:
        ready = json.loads(process.stdout.readline())
        assert ready["kubeconfig"] == kubeconfig, ready
        yield process, kubeconfig, ready["url"]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        code = process.wait(20)
        process.stdout.close()
    if code not in (0, -signal.SIGKILL):
        raise AssertionError(f"simulate ended with {code}")


class WithoutCluster(Case):
    def test_help_and_version(self):
        for arguments in (["--help"], ["--version"], ["get", "--help"]):
            with self.subTest(arguments):
                outcome = self.ctl(*arguments)
                self.assertEqual(outcome.code, DONE)
                self.assertTrue(outcome.out)

    def test_wrong_usage(self):
        for arguments in ([], ["nosuchcommand"], ["get"], ["get", "pods", "--nosuchoption"], ["render"], ["plan"],
                          ["contexts", "--timeout", "soon"], ["contexts", "--log-level", "loud"]):
            with self.subTest(arguments):
                self.assertFails(self.ctl(*arguments, "-o", "json"), USAGE)
        self.assertEqual(self.ctl("contexts", "-o", "xml").code, USAGE)

    def test_kubeconfig_that_cannot_be_used(self):
        cases = {
            "not there": pathlib.Path(self.home, "nosuchfile"),
            "a folder": self.file("folder/x", "").parent,
            "not YAML": self.file("broken", "apiVersion: v1\nclusters: [\n"),
            "no context": self.file("empty", "apiVersion: v1\nkind: Config\n"),
            "context without cluster": self.file("dangling", json.dumps({
                "apiVersion": "v1", "kind": "Config", "current-context": "a",
                "contexts": [{"name": "a", "context": {"cluster": "b", "user": "c"}}]})),
        }
        if os.geteuid() != 0:
            cases["unreadable"] = self.file("unreadable", "apiVersion: v1\n")
            cases["unreadable"].chmod(0)
        for name, path in cases.items():
            with self.subTest(name):
                self.assertFails(self.ctl("get", "pods", "-o", "json", kubeconfig=path), UNREACHABLE)

    def test_server_that_is_not_there(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            path = self.file("gone", kubeconfig_for(f"http://127.0.0.1:{taken.getsockname()[1]}"))
            self.assertFails(self.ctl("get", "pods", "-o", "json", kubeconfig=path), UNREACHABLE, "127.0.0.1")

    def test_server_that_is_no_api_server(self):
        with web_server() as url:
            path = self.file("web", kubeconfig_for(url))
            outcome = self.ctl("get", "pods", "-o", "json", kubeconfig=path)
            self.assertIn(outcome.code, (FAILED, UNREACHABLE))
            self.assertFails(outcome, outcome.code)

    def test_contexts_lists_good_and_bad(self):
        path = self.file("two", json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "good",
            "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
            "users": [{"name": "u", "user": {"token": "t"}}],
            "contexts": [{"name": "good", "context": {"cluster": "c", "user": "u", "namespace": "team"}},
                         {"name": "bad", "context": {"cluster": "nosuchcluster", "user": "u"}}]}))
        outcome = self.ctl("contexts", "-o", "json", kubeconfig=path)
        self.assertEqual(outcome.code, DONE, outcome.err)
        contexts = {context["name"]: context for context in outcome.json}
        self.assertEqual(set(contexts), {"good", "bad"})
        self.assertTrue(contexts["good"]["current"])
        self.assertEqual(contexts["good"]["namespace"], "team")
        self.assertIsNone(contexts["good"]["problem"])
        self.assertIn("nosuchcluster", contexts["bad"]["problem"])

    def test_render_is_a_stream_of_objects(self):
        outcome = self.ctl("render", "ai-saas", "--overlay", "local", "-o", "json")
        self.assertEqual(outcome.code, DONE, outcome.err)
        kinds = {item["kind"] for item in outcome.json["items"]}
        self.assertLessEqual({"Namespace", "Deployment", "StatefulSet", "Service", "Ingress"}, kinds)
        yaml = self.ctl("render", "ai-saas", "--overlay", "local")
        self.assertEqual(len(re.split(r"^---$", yaml.out, flags=re.M)), len(outcome.json["items"]))

    def test_render_of_a_kustomize_folder(self):
        self.file("kustom/kustomization.yaml", "resources: [cm.yaml]\nnamespace: team\n")
        self.file("kustom/cm.yaml", 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {on: "yes", port: "80"}\n')
        outcome = self.ctl("render", "kustom")
        self.assertEqual(outcome.code, DONE, outcome.err)
        for line in ("'on': 'yes'", "port: '80'", "namespace: team"):
            self.assertIn(line, outcome.out)
        self.file("kustom/kustomization.yaml", "resources: [cm.yaml]\nnosuchfield: 1\n")
        self.assertFails(self.ctl("render", "kustom", "-o", "json"), FAILED, "nosuchfield")

    def test_mistakes_in_a_stack(self):
        cases = {
            "no such stack": ["nosuchstack"],
            "YAML error": [str(self.file("bad/stack.yaml", "name: [\n").parent)],
            "unknown overlay": ["ai-saas", "--overlay", "nosuchoverlay"],
            "unknown parameter": ["ai-saas", "--set", "nosuchparameter=1"],
            "no key": ["ai-saas", "--set", "=1"],
        }
        for name, arguments in cases.items():
            for command in ("render", "plan"):
                with self.subTest(name, command=command):
                    outcome = self.ctl(command, *arguments, "-o", "json")
                    self.assertIn(outcome.code, (FAILED, USAGE), outcome.err)
                    self.assertFails(outcome, outcome.code)
        outcome = self.ctl("plan", str(pathlib.Path(self.home, "bad")), "-o", "json")
        self.assertRegex(outcome.error["object"] + " " + outcome.error["message"], r"stack\.yaml:\d+:\d+")

    def test_plan(self):
        outcome = self.ctl("plan", "ai-saas", "--overlay", "local", "-o", "json")
        self.assertEqual(outcome.code, DONE, outcome.err)
        plan = outcome.json
        self.assertEqual((plan["stack"], plan["overlay"]), ("ai-saas", "local"))
        self.assertEqual(plan["steps"][0]["id"], "check")
        self.assertEqual(len(plan["steps"]), 7)
        for step in plan["steps"]:
            self.assertLessEqual({"id", "title", "gate", "objects"}, set(step))
            for item in step["objects"]:
                self.assertLessEqual({"apiVersion", "kind", "namespace", "name"}, set(item))

    def test_check(self):
        fits = self.ctl("check", "ai-saas", "-o", "json")
        self.assertEqual(fits.code, DONE, fits.err)
        self.assertEqual((fits.json["feasible"], fits.json["live"], fits.json["findings"]), (True, False, []))
        outcome = self.ctl("check", "ai-saas", "--overlay", "azure", "--set", "backend.replicas.max=10", "-o", "json")
        self.assertFails(outcome, FAILED, "backend", "8 replicas", "limits.cpu")
        report = json.loads(outcome.out.splitlines()[0])
        self.assertFalse(report["feasible"])
        self.assertEqual([(finding["component"], finding["fits"], finding["severity"]) for finding in report["findings"]],
                         [("backend", 8, "error")])

    def test_health_of_files(self):
        self.file("objects.yaml", """apiVersion: v1
kind: Pod
metadata: {name: crashing, namespace: a}
spec: {containers: [{name: app, image: x}]}
status:
  phase: Running
  conditions: [{type: Ready, status: "False"}]
  containerStatuses:
  - {name: app, ready: false, restartCount: 7, image: x, state: {waiting: {reason: CrashLoopBackOff}},
     lastState: {terminated: {exitCode: 1, reason: Error}}}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: a}, status: {phase: Active}}
""")
        outcome = self.ctl("health", "-f", "objects.yaml", "-o", "json")
        self.assertEqual(outcome.code, DONE, outcome.err)
        rows = {(row["kind"], row["name"]): row for row in outcome.json}
        self.assertEqual(set(rows), {("Pod", "crashing"), ("Namespace", "a")})
        for row in rows.values():
            self.assertEqual(set(row), {"apiVersion", "kind", "namespace", "name", "state", "reason"})
            self.assertIn(row["state"], STATES)
        self.assertEqual(rows["Pod", "crashing"]["state"], "Degraded")
        self.assertIn("CrashLoopBackOff", rows["Pod", "crashing"]["reason"])
        self.assertEqual(rows["Namespace", "a"]["state"], "Healthy")
        piped = self.ctl("health", "-f", "-", "-o", "json", stdin=json.dumps(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "b"}, "status": {"phase": "Active"}}))
        self.assertEqual([row["name"] for row in piped.json], ["b"])
        self.assertFails(self.ctl("health", "-f", "nosuchfile", "-o", "json"), FAILED, "nosuchfile")
        self.file("broken.yaml", "a: [\n")
        self.assertFails(self.ctl("health", "-f", "broken.yaml", "-o", "json"), FAILED, "broken.yaml")
        self.file("folder/file", "")
        self.assertFails(self.ctl("health", "-f", "folder", "-o", "json"), FAILED, "folder", "directory")

    def test_health_of_the_conformance_tables(self):
        """The same tables as tests/unit/cluster/health/ConformanceTest.cpp, as a script would ask."""
        tables = sorted((pathlib.Path(__file__).parent.parent / "data" / "health").glob("*.yaml"))
        self.assertTrue(tables)
        for table in tables:
            rows = {(row["kind"], row["name"]): row for row in self.ctl("health", "-f", str(table), "-o", "json").json}
            for document in re.split(r"^---$", table.read_text(encoding="utf-8"), flags=re.MULTILINE):
                expected = re.search(r"test/expect: (\w+)", document)
                if expected:
                    kind = re.search(r"^kind: (\S+)", document, re.MULTILINE).group(1)
                    name = re.search(r"\bname: ([^\s,}]+)", document).group(1)
                    with self.subTest(f"{table.name} {kind} {name}"):
                        self.assertEqual(rows[kind, name]["state"], expected.group(1), rows[kind, name]["reason"])

    def test_health_sees_children_in_the_same_files(self):
        self.file("workload.json", json.dumps({"apiVersion": "v1", "kind": "List", "items": [
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "backend", "uid": "d", "generation": 1},
             "spec": {"replicas": 3}, "status": {"observedGeneration": 1, "replicas": 3, "updatedReplicas": 3,
                                                 "readyReplicas": 2, "availableReplicas": 2}},
            {"apiVersion": "apps/v1", "kind": "ReplicaSet", "spec": {"replicas": 3}, "metadata": {
                "name": "backend-7d", "uid": "r", "ownerReferences": [{"uid": "d", "controller": True}]}}]}))
        pods = """kind: PodList
apiVersion: v1
items:
- metadata: {name: backend-7d-x, uid: p, ownerReferences: [{uid: r, controller: true}]}
  spec: {containers: [{name: main}]}
  status:
    phase: Running
    containerStatuses: [{name: main, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1}}}]
"""
        rows = self.ctl("health", "-f", "workload.json", "-f", "-", "-o", "json", stdin=pods).json
        self.assertEqual([(row["kind"], row["state"], row["reason"]) for row in rows if row["kind"] == "Deployment"],
                         [("Deployment", "Degraded", "2 of 3 ready: backend-7d-x CrashLoopBackOff, exit 1")])

    def test_journal_of_a_new_home(self):
        outcome = self.ctl("journal", "-o", "json")
        self.assertEqual(outcome.code, DONE, outcome.err)
        self.assertIsInstance(outcome.json, list)

    def test_quantity(self):
        outcome = self.ctl("quantity", "1024Mi", "0.5", "-o", "json")
        self.assertEqual([entry["canonical"] for entry in outcome.json], ["1Gi", "500m"])
        self.assertFails(self.ctl("quantity", "much", "-o", "json"), FAILED, "much")
        lines = self.ctl("quantity", "--", "1.5Gi", "1 Gi", "-500m")
        self.assertEqual(lines.code, FAILED)
        self.assertRegex(lines.out, r"\A1536Mi 1610612736\ninvalid .*' Gi'.*\n-500m -0.5\n\Z")


class OnDemoCluster(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = simulator(cls.home, "--scenario", "empty")
        _, cls.kubeconfig, cls.url = manager.__enter__()
        cls.addClassCleanup(manager.__exit__, None, None, None)

    def on(self, *arguments, **more):
        return self.ctl(*arguments, kubeconfig=self.kubeconfig, **more)

    def test_get(self):
        listing = self.on("get", "ns", "-o", "json")
        self.assertEqual(listing.code, DONE, listing.err)
        names = [item["metadata"]["name"] for item in listing.json["items"]]
        self.assertIn("kube-system", names)
        self.assertIn("NAME", self.on("get", "namespaces").out)
        self.assertEqual(self.on("get", "ns", "default", "-o", "json").json["metadata"]["name"], "default")
        self.assertFails(self.on("get", "ns", "nosuchns", "-o", "json"), FAILED, "nosuchns")
        error = self.assertFails(self.on("get", "deploymnets", "-o", "json"), FAILED, "deploymnets")
        self.assertIn("deployments", error["next"])

    def test_list_is_complete(self):
        """Each item can be taken out and used alone, as with kubectl; real servers leave kind and version out."""
        listing = self.on("get", "nodes", "-o", "json")
        self.assertEqual((listing.json["apiVersion"], listing.json["kind"]), ("v1", "NodeList"))
        for item in listing.json["items"]:
            self.assertEqual((item["apiVersion"], item["kind"]), ("v1", "Node"))
            self.assertNotIn("managedFields", item["metadata"])
        rows = self.on("health", "-f", "-", "-o", "json", stdin=listing.out).json
        self.assertEqual([row["kind"] for row in rows], ["Node"] * len(listing.json["items"]))

    def test_check_against_the_cluster(self):
        self.assertEqual(self.on("check", "ai-saas", "--overlay", "local", "-o", "json").code, DONE)
        url = f"{self.url}/apis/storage.k8s.io/v1/storageclasses/pd-ssd"
        urllib.request.urlopen(urllib.request.Request(url, method="DELETE"), timeout=10).close()
        self.assertFails(self.on("check", "ai-saas", "--overlay", "gcp", "-o", "json"), FAILED, "storage class pd-ssd")

    def test_every_failure_ends_in_one_error_line(self):
        missing = self.file("no-values", "")
        failures = {
            USAGE: [["get", "pods", "x", "-A"], ["health", "pod/x", "-A"], ["topology", "nosuchstack"],
                    ["diff", "ai-saas", "--overlay", "x"], ["deploy", "ai-saas", "--from", "x", "--yes"],
                    ["deploy", "ai-saas", "--from", "ingress", "--resume", "--yes"], ["check", "nosuchstack"],
                    ["get", "pods", "-o", "json", "--timeout", "-3"], ["logs"], ["logs", "x", "--since", "soon"],
                    ["logs", "x", "--grep", "a("], ["logs", "x", "--level", "loud"], ["logs", "x", "-f", "-p"],
                    ["logs", "ai-saas", "--component", "nosuch"], ["logs", "x", "-A"], ["logs", "-l", "a in b"]],
            FAILED: [["get", "nosuchkind"], ["get", "pod", "nosuchpod"], ["get", "nosuchkind", "-w"],
                     ["rollback", "ai-saas", "--yes"], ["uninstall", "ai-saas", "--yes"], ["health", "nosuchkind"],
                     ["deploy", "ai-saas", "--resume", "--yes"], ["render", str(missing)], ["journal", "nosuchrunbook"],
                     ["logs", "nosuchpod"], ["logs", "-l", "app=nosuch"], ["exec", "nosuchpod"]],
        }
        for code, commands in failures.items():
            for command in commands:
                with self.subTest(command):
                    outcome = self.on(*command, "-o", "json")
                    self.assertFails(outcome, code)
                    self.assertEqual(outcome.out.count('{"error":'), 1)
                    self.assertEqual(outcome.err.count("error: "), 1, "told to people once")

    def test_health_of_what_is_missing(self):
        rows = self.on("health", "deployment", "nosuch", "-o", "json").json
        self.assertEqual([row["state"] for row in rows], ["Missing"])

    def test_interrupted_watch(self):
        with subprocess.Popen([CTL, "get", "ns", "-w", "-o", "json", "--kubeconfig", self.kubeconfig],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              env=environment(self.home)) as process:
            self.assertEqual(json.loads(process.stdout.readline())["type"], "ADDED")
            process.send_signal(signal.SIGINT)
            process.stdout.read()
            self.assertEqual(process.wait(10), CANCELLED)

    def test_without_yes(self):
        self.assertFails(self.on("deploy", "ai-saas", "--overlay", "local", "-o", "json"), USAGE, "--yes")

    def test_life_of_a_stack(self):
        before = self.on("diff", "ai-saas", "--overlay", "local", "-o", "json")
        self.assertEqual(before.code, DONE, before.err)
        self.assertEqual({entry["action"] for entry in before.json}, {"create"})

        deploy = self.on("deploy", "ai-saas", "--overlay", "local", "--yes", "-o", "json", timeout=400)
        self.assertEqual(deploy.code, DONE, deploy.err[-4000:])
        report = deploy.json
        self.assertEqual((report["outcome"], len(report["steps"])), ("done", 7))
        for step in report["steps"]:
            self.assertLessEqual({"id", "state", "seconds", "holds", "objects"}, set(step))
            for entry in step["objects"]:
                self.assertLessEqual({"kind", "namespace", "name", "action"}, set(entry))
        self.assertIn("created", actions(report))

        again = self.on("deploy", "ai-saas", "--overlay", "local", "--yes", "-o", "json", timeout=400)
        self.assertEqual(again.code, DONE, again.err[-4000:])
        self.assertEqual(actions(again.json), {"unchanged"})
        after = self.on("diff", "ai-saas", "--overlay", "local", "-o", "json").json
        self.assertEqual({entry["action"] for entry in after}, {"none"})

        picture = self.on("topology", "ai-saas", "-o", "json").json
        self.assertLessEqual({"namespaces", "components", "flows"}, set(picture))
        states = {component["id"]: component["state"] for component in picture["components"]}
        self.assertLessEqual(set(states.values()), STATES)
        self.assertEqual(states.get("backend"), "Healthy", states)
        self.assertTrue(self.on("topology", "ai-saas", "-o", "svg").out.lstrip().startswith("<"))
        self.assertIn("digraph", self.on("topology", "ai-saas", "-o", "dot").out)

        journal = self.ctl("journal", "-o", "json").json
        self.assertEqual(journal[0]["outcome"], "done")
        self.assertTrue(self.ctl("journal", report["runbook"], "-o", "json").json["entries"])

        removal = self.on("uninstall", "ai-saas", "--volumes", "--yes", "-o", "json", timeout=400)
        self.assertEqual(removal.code, DONE, removal.err[-4000:])
        left = {item["metadata"]["name"] for item in self.on("get", "ns", "-o", "json").json["items"]}
        self.assertFalse({"app-frontend", "app-backend", "shared"} & left, left)


class SingleObjects(Case):
    """Commands that change one object of a stack that runs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manager = simulator(cls.home, "--scenario", "healthy")
        _, cls.kubeconfig, cls.url = manager.__enter__()
        cls.addClassCleanup(manager.__exit__, None, None, None)

    def on(self, *arguments, **more):
        return self.ctl(*arguments, kubeconfig=self.kubeconfig, **more)

    def test_scale_and_undo(self):
        where = ("-n", "app-backend", "-o", "json")
        shown = self.on("scale", "deploy/redis", "--replicas", "2", "--dry-run", *where)
        self.assertEqual(shown.code, DONE, shown.err)
        self.assertEqual(set(shown.json), {"title", "changes", "warnings", "kubectl"})
        self.assertIn("scale deployment.apps redis --replicas=2", shown.json["kubectl"][0])
        self.assertFails(self.on("scale", "deploy/redis", "--replicas", "2", *where), USAGE, "--yes")
        done = self.on("scale", "deploy/redis", "--replicas", "2", "--yes", *where)
        self.assertEqual(done.code, DONE, done.err)
        again = self.on("scale", "deploy/redis", "--replicas", "2", "--yes", *where)
        self.assertEqual((again.code, again.json["runbook"]), (DONE, None))
        back = self.on("undo", done.json["runbook"], "--yes", "-o", "json")
        self.assertEqual(back.code, DONE, back.err)
        redis = self.on("get", "deploy", "redis", *where).json
        self.assertEqual(redis["spec"]["replicas"], 1)
        self.assertIn("nothing of it runs", self.on("scale", "deploy/redis", "--replicas", "0", "--dry-run", *where).err)

    def test_scale_where_an_autoscaler_owns_the_number(self):
        where = ("-n", "app-backend", "-o", "json", "--yes")
        self.assertFails(self.on("scale", "deploy/backend", "--replicas", "5", *where), USAGE, "backend-hpa",
                         "--min 5 --max 5")
        done = self.on("scale", "deploy/backend", "--max", "4", *where)
        self.assertEqual(done.code, DONE, done.err)
        scaler = self.on("get", "hpa", "backend-hpa", *where).json
        self.assertEqual((scaler["spec"]["minReplicas"], scaler["spec"]["maxReplicas"]), (2, 4))
        self.assertEqual(self.on("undo", done.json["runbook"], "--yes").code, DONE)
        self.assertFails(self.on("scale", "deploy/redis", "--max", "4", *where), USAGE, "--replicas")
        self.assertFails(self.on("scale", "cm/kube-root-ca.crt", "--replicas", "1", *where), USAGE)
        self.assertFails(self.on("scale", "deploy/none", "--replicas", "1", *where), FAILED, "not found")

    def test_rollouts(self):
        where = ("-n", "app-frontend", "-o", "json")
        follow = self.on("rollout", "status", "deploy/frontend", "--timeout", "30", *where)
        self.assertEqual((follow.code, follow.json["done"]), (DONE, True), follow.err)
        for verb, paused in (("pause", True), ("pause", True), ("resume", False)):
            outcome = self.on("rollout", verb, "deploy/frontend", "--yes", *where)
            self.assertEqual(outcome.code, DONE, outcome.err)
            history = self.on("rollout", "history", "deploy/frontend", *where).json
            self.assertEqual((history["paused"], len(history["revisions"])), (paused, 1))
        self.assertFails(self.on("rollout", "undo", "deploy/frontend", "--yes", *where), FAILED, "no earlier revision")
        restart = self.on("rollout", "restart", "deploy/frontend", "--yes", *where)
        self.assertEqual(restart.code, DONE, restart.err)
        history = self.on("rollout", "history", "deploy/frontend", *where).json["revisions"]
        self.assertEqual([(each["revision"], each["current"]) for each in history], [(2, True), (1, False)])
        one = self.on("rollout", "history", "deploy/frontend", "--revision", "1", *where).json
        self.assertIn("restartedAt", one["diff"])
        back = self.on("rollout", "undo", "deploy/frontend", "--to-revision", "1", "--yes", *where)
        self.assertEqual(back.code, DONE, back.err)
        history = self.on("rollout", "history", "deploy/frontend", *where).json["revisions"]
        self.assertEqual([each["revision"] for each in history], [3, 2])
        self.assertFails(self.on("rollout", "undo", "deploy/frontend", "--to-revision", "9", "--yes", *where), FAILED,
                         "no revision 9")
        self.assertFails(self.on("rollout", "pause", "sts/postgres", "-n", "app-backend", "--yes", "-o", "json"), USAGE)


class Scenarios(Case):
    """What a newcomer sees first: the reference application, well, or with one fault that is told in words."""

    def test_each_shows_what_its_name_says(self):
        scenarios = {
            "healthy": {},
            "crashloop": {"backend": "exit 1"},
            "image-pull": {"backend": "does-not-exist"},
            "quota": {"backend": "quota"},
            "no-endpoints": {"backend": "no pod matches"},
            "pending-volume": {"postgres": "unbound"},
        }
        for scenario, faults in scenarios.items():
            with self.subTest(scenario), simulator(self.home, "--scenario", scenario) as (_, kubeconfig, _):
                picture = self.ctl("topology", "ai-saas", "-o", "json", kubeconfig=kubeconfig).json
                ill = {c["id"]: c["reason"] for c in picture["components"] if c["state"] != "Healthy"}
                self.assertEqual(set(ill), set(faults), ill)
                for component, word in faults.items():
                    self.assertIn(word, ill[component])

    def test_healthy_is_what_a_deploy_makes(self):
        with simulator(self.home) as (_, kubeconfig, _):
            rows = self.ctl("health", "-A", "-o", "json", kubeconfig=kubeconfig).json
            self.assertEqual([row for row in rows if row["state"] != "Healthy"], [])
            diff = self.ctl("diff", "ai-saas", "--overlay", "local", "-o", "json", kubeconfig=kubeconfig)
            self.assertEqual(diff.code, DONE, diff.err)
            self.assertEqual({entry["action"] for entry in diff.json}, {"none"})

    def test_logs_and_commands(self):
        with simulator(self.home, "--scenario", "healthy") as (_, kubeconfig, _):
            def on(*arguments):
                return self.ctl("--kubeconfig", kubeconfig, *arguments)
            time.sleep(2)  # until something has been written
            lines = [json.loads(line) for line in on("logs", "ai-saas", "--stack", "-o", "json").out.splitlines()]
            self.assertEqual(lines, sorted(lines, key=lambda line: line["time"]))
            self.assertGreater(len({line["pod"] for line in lines}), 4)
            for line in lines:
                self.assertLessEqual({"time", "namespace", "pod", "container", "line"}, set(line))
            backend = on("logs", "deployment/backend", "-n", "app-backend", "--tail", "1")
            self.assertTrue(backend.out.startswith("[backend-"), backend.out)
            pod = next(line["pod"] for line in lines if line["container"] == "backend")
            plain = on("logs", pod, "-n", "app-backend", "--grep", "started", "--timestamps").out.splitlines()
            self.assertEqual(len(plain), 1)
            self.assertRegex(plain[0], r"^\d{4}-\d\d-\d\dT[0-9:.]+Z .*started, listening")
            self.assertFails(on("logs", pod, "-n", "app-backend", "-p", "-o", "json"), FAILED, "previous terminated")
            spoken = on("exec", pod, "-n", "app-backend", "--", "sh", "-c", "echo out; echo err >&2; exit 7")
            self.assertEqual((spoken.code, spoken.out, spoken.err), (7, "out\n", "err\n"))
            fed = self.ctl("--kubeconfig", kubeconfig, "exec", pod, "-n", "app-backend", "-i", "--", "sh", "-c",
                           "read -r line; echo \"got $line\"", stdin="a b\n")
            self.assertEqual((fed.code, fed.out), (0, "got a b\n"))


class ServerThatGoesAway(Case):
    def test_in_the_middle_of_a_deploy(self):
        with simulator(self.home, "--scenario", "empty") as (server, kubeconfig, _):
            with subprocess.Popen([CTL, "deploy", "ai-saas", "--overlay", "local", "--yes", "-o", "json", "--kubeconfig",
                                   kubeconfig, "--timeout", "20"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  stdin=subprocess.DEVNULL, text=True, env=environment(self.home)) as deploy:
                seen = ""
                while "[3/" not in seen and deploy.poll() is None:
                    seen += deploy.stderr.readline()
                server.kill()
                server.wait()
                out, err = deploy.communicate(timeout=120)
            outcome = Outcome(deploy.returncode, out, err)
            self.assertIn(outcome.code, (FAILED, UNREACHABLE, GATE_TIMEOUT), err[-3000:])
            self.assertFails(outcome, outcome.code)
            self.assertEqual(len(self.ctl("journal", "-o", "json").json), 1, "what was done before is in the journal")


class OnRealCluster(Case):
    """Read-only, so that any cluster will do."""

    def setUp(self):
        self.real = os.environ.get("BINNACLE_TEST_KUBECONFIG", "")
        if not self.real:
            self.skipTest("NO REAL API SERVER: BINNACLE_TEST_KUBECONFIG is not set")

    def variant(self, name, pattern, replacement):
        text = pathlib.Path(self.real).read_text(encoding="utf-8")
        changed = re.sub(pattern, replacement, text)
        if changed == text:
            self.skipTest(f"this kubeconfig has nothing to make a {name} variant of")
        return self.file(name, changed)

    def test_get_and_health(self):
        listing = self.ctl("get", "nodes", "-o", "json", kubeconfig=self.real)
        self.assertEqual(listing.code, DONE, listing.err)
        self.assertTrue(listing.json["items"])
        rows = self.ctl("health", "node", "-o", "json", kubeconfig=self.real).json
        self.assertEqual({row["kind"] for row in rows}, {"Node"})
        self.assertFails(self.ctl("get", "nosuchkind", "-o", "json", kubeconfig=self.real), FAILED, "nosuchkind")

    def test_wrong_certificate_authority(self):
        try:
            made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                                   "/CN=other", "-keyout", "/dev/null"], capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("no openssl program to make another authority with")
        other = base64.b64encode(made.stdout).decode()
        path = self.variant("wrong-ca", r"certificate-authority-data: \S+", "certificate-authority-data: " + other)
        error = self.assertFails(self.ctl("get", "ns", "-o", "json", kubeconfig=path), UNREACHABLE)
        self.assertEqual(error["kind"], "Tls")

    def test_refused_token(self):
        path = self.variant("bad-token", r"(?m)^(\s+)client-certificate-data: \S+\n\s+client-key-data: \S+",
                            r"\1token: refused-token")
        error = self.assertFails(self.ctl("get", "ns", "-o", "json", kubeconfig=path), UNREACHABLE)
        self.assertEqual(error["kind"], "Unauthorized")
        self.assertNotIn("refused-token", error["message"])

    def test_forbidden_namespace(self):
        path = pathlib.Path(self.real).with_name("nobody.kubeconfig")
        if not path.exists():
            self.skipTest("there is no kubeconfig of a user without rights beside this one")
        for command in (["get", "pods"], ["health"], ["topology"]):
            with self.subTest(command):
                self.assertFails(self.ctl(*command, "-n", "kube-system", "-o", "json", kubeconfig=path), FORBIDDEN)
        self.assertFails(self.ctl("deploy", "ai-saas", "--overlay", "local", "--yes", "-o", "json", kubeconfig=path),
                         FORBIDDEN)


def actions(report):
    return {entry["action"] for step in report["steps"] for entry in step["objects"]}


def kubeconfig_for(server):
    return json.dumps({"apiVersion": "v1", "kind": "Config", "current-context": "a",
                       "clusters": [{"name": "a", "cluster": {"server": server}}],
                       "users": [{"name": "a", "user": {}}],
                       "contexts": [{"name": "a", "context": {"cluster": "a", "user": "a"}}]})


@contextlib.contextmanager
def web_server():
    """Answers everything with a web page."""
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):  # noqa: N802
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html>Welcome</html>")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


if __name__ == "__main__":
    CTL = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=2)
