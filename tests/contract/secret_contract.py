#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets and config maps from the command line: what changes, what stays, what is refused, and that no value leaks.

usage: secret_contract.py BINNACLECTL [unittest arguments]

Against the demo cluster, and with BINNACLE_TEST_KUBECONFIG against that cluster too. Needs kubectl and openssl.
"""
import base64
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

BINNACLECTL = ""
SPACE = f"secret-contract-{os.getpid()}"
DONE, FAILED, USAGE, UNREACHABLE, FORBIDDEN, CONFLICT = 0, 1, 2, 3, 4, 7
# Whatever of these is found outside the Secrets themselves is a leak. Long, so that none is found by chance.
OLD, NEW, OTHER = "old-Quohx7oosh8iezai", "new-ieQuu1aiphae6wah", "other-Ohm4Aiph8iephuzo"
SECRETS = [OLD, NEW, OTHER]


def encoded(text):
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


class SecretContract(unittest.TestCase):
    kubeconfig = ""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="binnacle-secret-"))
        cls.environment = {**os.environ, "KUBECONFIG": cls.kubeconfig, "HOME": str(cls.folder),
                           "XDG_STATE_HOME": str(cls.folder / "state"), "XDG_DATA_HOME": str(cls.folder / "data"),
                           "XDG_CACHE_HOME": str(cls.folder / "cache"),
                           "BINNACLE_JOURNAL": str(cls.folder / "journal.sqlite"), "SECRET_VALUE": NEW}
        cls.output = []  # everything that was ever printed
        cls.arguments = set()  # and every argument that one of our processes was seen with
        cls.stop = threading.Event()
        cls.watcher = threading.Thread(target=cls.watch_arguments)
        cls.watcher.start()
        cls.kubectl("create", "namespace", SPACE)
        cls.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {
                       "name": "db", "namespace": SPACE, "labels": {"app": "db"},
                       "annotations": {"note": "somebody's"}},
                   "data": {"PASSWORD": encoded(OLD), "OTHER": encoded(OTHER), "BYTES": encoded(b"\xff\x00\x01")}})
        # Two others have written to it as well: one owns a key, one an annotation.
        cls.kubectl("apply", "--server-side", "--field-manager=platform", "-f", "-", text=json.dumps({
            "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": SPACE,
                                                               "labels": {"team": "platform"}},
            "data": {"PLATFORM": encoded(OTHER)}}))
        cls.kubectl("annotate", "secret", "db", "-n", SPACE, "cost=12", "--field-manager=billing")
        cls.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings", "namespace": SPACE},
                   "data": {"LEVEL": "info", "MODE": "quiet"}})
        cls.apply({"apiVersion": "v1", "kind": "Secret", "immutable": True,
                   "metadata": {"name": "fixed", "namespace": SPACE}, "data": {"KEY": encoded(OTHER)}})

    @classmethod
    def tearDownClass(cls):
        cls.stop.set()
        cls.watcher.join()
        cls.kubectl("delete", "namespace", SPACE, "--wait=false")
        shutil.rmtree(cls.folder, ignore_errors=True)

    @classmethod
    def watch_arguments(cls):
        ours = os.fsencode(BINNACLECTL)
        while not cls.stop.wait(0.02):
            for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    words = entry.read_bytes()
                except OSError:
                    continue
                if words.startswith(ours):
                    cls.arguments.add(words)

    @classmethod
    def kubectl(cls, *arguments, text=None, check=True):
        done = subprocess.run(["kubectl", "--kubeconfig", cls.kubeconfig, *arguments], input=text,
                              capture_output=True, text=True, timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f"kubectl {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    @classmethod
    def apply(cls, thing):
        cls.kubectl("create", "-f", "-", text=json.dumps(thing))

    def live(self, name, kind="secret"):
        return json.loads(self.kubectl("get", kind, name, "-n", SPACE, "-o", "json", "--show-managed-fields"))

    def run_secret(self, *arguments, status=DONE, text="", kubeconfig=None, command="secret"):
        """Runs it with everything that it can log, and looks for values in what it printed and left."""
        environment = dict(self.environment)
        if kubeconfig:
            environment["KUBECONFIG"] = kubeconfig
        head = [command] if command else []
        done = subprocess.run([BINNACLECTL, *head, *arguments, "-n", SPACE, "--yes", "--log-level", "trace"], input=text,
                              capture_output=True, text=True, env=environment, timeout=180)
        if "--stdout" not in arguments and "--reveal" not in arguments:
            type(self).output.append(done.stdout + done.stderr)
            self.no_value_in(done.stdout + done.stderr, f"printed by {arguments}")
        for journal in self.folder.glob("journal.sqlite*"):
            self.no_value_in(journal.read_bytes().decode(errors="replace"), f"{journal} after {arguments}")
        self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout}\n{done.stderr}")
        return done

    def unchanged(self, name, kind="secret"):
        """A context in which the object must stay exactly as it is."""
        test = self

        class Unchanged:
            def __enter__(self):
                self.before = test.live(name, kind)

            def __exit__(self, *_):
                test.assertEqual(test.live(name, kind), self.before)
        return Unchanged()

    def only_changed(self, before, after, data, touched):
        """Whether but for `data`, the version and who owns the keys `touched` all is as it was, field by field."""
        def bare(thing):
            thing = json.loads(json.dumps(thing))
            thing["metadata"].pop("resourceVersion")
            managers = {}
            for entry in thing["metadata"].pop("managedFields", []):
                fields = entry["fieldsV1"]
                for key in touched:
                    fields.get("f:data", {}).pop(f"f:{key}", None)
                if fields.get("f:data") == {}:
                    fields.pop("f:data")
                if entry["manager"] != "binnacle-edit" and fields:
                    managers[entry["manager"], entry["operation"]] = fields
            thing.pop("data", None)
            return thing, managers
        self.assertEqual(bare(after), bare(before))
        self.assertEqual(after.get("data", {}), data)
        for entry in after["metadata"]["managedFields"]:
            if entry["manager"] == "binnacle-edit":  # owns what it has written and nothing else
                self.assertEqual(list(entry["fieldsV1"]), ["f:data"])
                self.assertLessEqual(set(entry["fieldsV1"]["f:data"]), {f"f:{key}" for key in touched} | {"."})

    def runbook(self, done):
        return json.loads(done.stdout.strip().splitlines()[-1])["runbook"]

    def test_1_changes_its_key_and_no_other_and_takes_it_back(self):
        before = self.live("db")
        done = self.run_secret("set", "db", "--stdin", "PASSWORD", "-o", "json", text=NEW)
        after = self.live("db")
        self.only_changed(before, after, {**before["data"], "PASSWORD": encoded(NEW)}, ["PASSWORD"])
        kept = json.loads(self.kubectl("get", "secrets", "-n", SPACE, "-o", "json", "-l",
                                       f"binnacle.dev/undo-of={after['metadata']['uid']}"))["items"]
        self.assertEqual([list(each["data"]) for each in kept], [["PASSWORD"]])
        self.assertEqual(kept[0]["metadata"]["ownerReferences"][0]["uid"], after["metadata"]["uid"])

        self.run_secret("undo", self.runbook(done), command=None)
        self.only_changed(before, self.live("db"), before["data"], ["PASSWORD"])
        self.assertEqual(json.loads(self.kubectl("get", "secrets", "-n", SPACE, "-o", "json", "-l",
                                                 "binnacle.dev/undo-of"))["items"], [])

    def test_2_takes_nothing_back_over_anothers_change(self):
        done = self.run_secret("set", "db", "--from-env", "PASSWORD=SECRET_VALUE", "-o", "json")
        self.kubectl("patch", "secret", "db", "-n", SPACE, "--type=merge", "-p",
                     json.dumps({"data": {"PASSWORD": encoded("theirs")}}))
        with self.unchanged("db"):
            refused = self.run_secret("undo", self.runbook(done), command=None, status=CONFLICT)
            self.assertIn("somebody else has changed PASSWORD since", refused.stderr)
        self.kubectl("patch", "secret", "db", "-n", SPACE, "--type=merge", "-p",
                     json.dumps({"data": {"PASSWORD": encoded(OLD)}}))

    def test_3_adds_removes_and_generates(self):
        before = self.live("db")["data"]
        self.run_secret("generate", "db", "TOKEN", "--length", "40", "--alphabet", "hex", "--no-undo")
        token = base64.b64decode(self.live("db")["data"]["TOKEN"]).decode()
        SECRETS.append(token)
        self.assertRegex(token, "^[0-9a-f]{40}$")
        self.run_secret("generate", "db", "SIGN", "--key-pair", "ed25519")
        sign = base64.b64decode(self.live("db")["data"]["SIGN"]).decode()
        SECRETS.append(sign.splitlines()[1])
        self.assertTrue(sign.startswith("-----BEGIN PRIVATE KEY-----"))
        self.run_secret("unset", "db", "TOKEN", "SIGN", "SIGN.pub")
        self.assertEqual(self.live("db")["data"], before)
        self.run_secret("unset", "db", "TOKEN", status=FAILED)

    def test_4_keeps_the_newest_five(self):
        for round_ in range(7):
            self.run_secret("set", "db", "--stdin", "PASSWORD", text=f"{OLD}-{round_}")
        last = self.run_secret("set", "db", "--stdin", "PASSWORD", "-o", "json", text=OLD)
        kept = json.loads(self.kubectl("get", "secrets", "-n", SPACE, "-o", "json", "-l", "binnacle.dev/undo-of"))
        self.assertEqual(len(kept["items"]), 5)
        self.kubectl("delete", "secret", f"binnacle-undo-{self.runbook(last)}", "-n", SPACE)
        with self.unchanged("db"):
            gone = self.run_secret("undo", self.runbook(last), command=None, status=FAILED)
            self.assertIn("the former values are no longer kept", gone.stderr)

    def test_5_shows_and_exports_only_when_asked(self):
        for arguments in (["show", "db"], ["show", "db", "-o", "json"], ["list"], ["list", "-o", "json"],
                          ["set", "db", "--from-env", "PASSWORD=SECRET_VALUE", "--dry-run"]):
            done = self.run_secret(*arguments)
            for secret in SECRETS:
                self.assertNotIn(secret, done.stdout + done.stderr)
        self.assertIn("changed, 20 bytes", self.run_secret("set", "db", "--from-env", "PASSWORD=SECRET_VALUE",
                                                           "--dry-run").stdout)
        self.assertIn(OLD, self.run_secret("show", "db", "--reveal").stdout)
        out = self.folder / "bytes"
        self.run_secret("get", "db", "--key", "BYTES", "--out", str(out))
        self.assertEqual(out.read_bytes(), b"\xff\x00\x01")
        self.assertEqual(out.stat().st_mode & 0o777, 0o600)
        self.run_secret("get", "db", "--key", "BYTES", "--out", str(out), status=FAILED)
        self.run_secret("get", "db", "--key", "BYTES", status=USAGE)
        self.assertEqual(self.run_secret("get", "db", "--key", "PASSWORD", "--stdout").stdout, OLD)
        out.unlink()

    def test_6_refuses_what_cannot_be(self):
        big = self.folder / "big"
        big.write_bytes(b"x" * (1024 * 1024 + 1))
        with self.unchanged("db"), self.unchanged("fixed"):
            for arguments, words in [
                    (["set", "db", "--from-file", f"PASSWORD={big}"], "Kubernetes takes 1048576"),
                    (["set", "db", "--stdin", "bad key"], "cannot be the name of a key"),
                    (["create", "huge", "--from-file", f"KEY={big}"], "Kubernetes takes 1048576"),
                    (["create", "odd", "--stdin", "bad key"], "cannot be the name of a key"),
                    (["set", "fixed", "--stdin", "KEY"], "it is immutable"),
                    (["set", "absent", "--stdin", "KEY"], "secret create"),
                    (["create", "pair", "--type", "tls", "--stdin", "tls.crt"], "needs the key tls.key"),
                    (["create", "db", "--stdin", "KEY"], "already")]:
                status = CONFLICT if words == "already" else FAILED
                done = self.run_secret(*arguments, text=NEW, status=status)
                self.assertIn(words, done.stderr)

    def test_7_forbidden_and_no_way_back(self):
        user = self.limited_user(["get", "list", "patch"])
        may = subprocess.run(["kubectl", "--kubeconfig", user, "auth", "can-i", "delete", "secrets", "-n", SPACE],
                             capture_output=True, text=True)
        if may.stdout.strip() == "yes":
            self.skipTest("this cluster does not enforce roles")
        with self.unchanged("db"):
            dry = self.run_secret("set", "db", "--stdin", "PASSWORD", "--dry-run", text=NEW, kubeconfig=user)
            self.assertIn("there will be no way back", dry.stderr)
        done = self.run_secret("set", "db", "--stdin", "PASSWORD", "-o", "json", text=NEW, kubeconfig=user)
        self.assertEqual(self.live("db")["data"]["PASSWORD"], encoded(NEW))
        refused = self.run_secret("undo", self.runbook(done), command=None, status=FAILED, kubeconfig=user)
        self.assertIn("were not kept", refused.stderr)
        self.run_secret("set", "db", "--stdin", "PASSWORD", text=OLD)
        reader = self.limited_user(["get", "list"])
        with self.unchanged("db"):
            refused = self.run_secret("set", "db", "--stdin", "PASSWORD", text=NEW, kubeconfig=reader,
                                      status=FORBIDDEN)
            self.assertIn("patch secrets", refused.stderr)

    def limited_user(self, verbs):
        name = "-".join(verbs)
        self.kubectl("create", "serviceaccount", name, "-n", SPACE)
        self.apply({"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
                    "metadata": {"name": name, "namespace": SPACE},
                    "rules": [{"apiGroups": [""], "resources": ["secrets"], "verbs": verbs}]})
        self.kubectl("create", "rolebinding", name, "-n", SPACE, f"--role={name}", f"--serviceaccount={SPACE}:{name}")
        deadline = time.time() + 60
        token = ""
        while not token and time.time() < deadline:
            token = self.token_of(name)
            time.sleep(0.5)
        if not token:
            self.skipTest("this cluster gives service accounts no tokens")
        path = self.folder / f"{name}.kubeconfig"
        config = json.loads(subprocess.run(["kubectl", "--kubeconfig", self.kubeconfig, "config", "view", "--raw",
                                            "--minify", "-o", "json"], capture_output=True, text=True).stdout)
        config["users"] = [{"name": config["users"][0]["name"], "user": {"token": token}}]
        path.write_text(json.dumps(config))
        return str(path)

    def token_of(self, account):
        made = subprocess.run(["kubectl", "--kubeconfig", self.kubeconfig, "create", "token", account, "-n", SPACE],
                              capture_output=True, text=True)
        if made.returncode == 0:
            return made.stdout.strip()
        for secret in json.loads(self.kubectl("get", "secrets", "-n", SPACE, "-o", "json"))["items"]:  # before 1.24
            named = secret["metadata"].get("annotations", {}).get("kubernetes.io/service-account.name")
            if named == account and secret.get("data", {}).get("token"):
                return base64.b64decode(secret["data"]["token"]).decode()
        return ""

    def test_8_config_maps_are_ordinary_fields(self):
        before = self.live("settings", "configmap")
        done = self.run_secret("set", "configmap/settings", "--stdin", "LEVEL", "-o", "json", text="debug")
        self.only_changed(before, self.live("settings", "configmap"), {**before["data"], "LEVEL": "debug"},
                          ["LEVEL"])
        self.run_secret("undo", self.runbook(done), command=None)
        self.only_changed(before, self.live("settings", "configmap"), before["data"], ["LEVEL"])
        self.run_secret("create", "configmap/made", "--stdin", "A", text="1")
        self.assertEqual(self.live("made", "configmap")["data"], {"A": "1"})

    def test_9_types(self):
        def openssl(*arguments):
            subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=self.folder)
        for name in ("one", "two"):
            openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.crt",
                    "-days", "10", "-subj", f"/CN={name}.example.com", "-addext", f"subjectAltName=DNS:{name}.example.com")
        one, two = (str(self.folder / name) for name in ("one", "two"))
        refused = self.run_secret("create", "web", "--type", "tls", "--cert", f"{one}.crt", "--private-key",
                                  f"{two}.key", status=FAILED)
        self.assertIn("does not belong to the certificate of CN=one.example.com", refused.stderr)
        made = self.run_secret("create", "web", "--type", "tls", "--cert", f"{one}.crt", "--private-key", f"{one}.key")
        self.assertIn("in less than 30 days", made.stderr)
        self.assertEqual(self.live("web")["type"], "kubernetes.io/tls")
        self.assertIn("for one.example.com", self.run_secret("show", "web").stdout)
        with self.unchanged("web"):
            refused = self.run_secret("set", "web", "--from-file", f"tls.key={two}.key", status=FAILED)
            self.assertIn("does not belong to the certificate of CN=one.example.com", refused.stderr)
            self.run_secret("unset", "web", "tls.key", status=FAILED)
        SECRETS.append(pathlib.Path(f"{one}.key").read_text().splitlines()[1])
        SECRETS.append(pathlib.Path(f"{two}.key").read_text().splitlines()[1])
        for path in self.folder.glob("*.key"):
            path.unlink()
        self.run_secret("create", "pull", "--type", "docker-registry", "--registry", "r.example.com", "--user", "me",
                        "--stdin", "PASSWORD", text=NEW)
        config = json.loads(base64.b64decode(self.live("pull")["data"][".dockerconfigjson"]))
        self.assertEqual(config["auths"]["r.example.com"],
                         {"username": "me", "password": NEW, "auth": encoded(f"me:{NEW}")})
        self.run_secret("create", "login", "--type", "basic-auth", "--from-env", "password=SECRET_VALUE", "--stdin",
                        "username", text="me")
        self.assertEqual(self.live("login")["type"], "kubernetes.io/basic-auth")

    def test_a_restarts_exactly_who_has_the_old_value(self):
        def deployment(name, env):
            return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": SPACE},
                    "spec": {"selector": {"matchLabels": {"app": name}}, "template": {
                        "metadata": {"labels": {"app": name}},
                        "spec": {"terminationGracePeriodSeconds": 0, "containers": [
                            {"name": "main", "image": "busybox", "imagePullPolicy": "IfNotPresent",
                             "command": ["sleep", "100000"], "env": env}]}}}}
        use = {"name": "P", "valueFrom": {"secretKeyRef": {"name": "db", "key": "PASSWORD"}}}
        spare = {"name": "O", "valueFrom": {"secretKeyRef": {"name": "db", "key": "OTHER"}}}
        for name, env in (("user", [use]), ("other", [spare]), ("none", [])):
            self.apply(deployment(name, env))
        for name in ("user", "other", "none"):
            self.kubectl("rollout", "status", f"deployment/{name}", "-n", SPACE, "--timeout=90s")
        time.sleep(1.1)  # times are written in whole seconds
        done = self.run_secret("set", "db", "--stdin", "PASSWORD", text=NEW)
        self.assertIn("Deployment " + SPACE + "/user keeps the old value", done.stderr)
        usage = json.loads(self.run_secret("usage", "db", "--key", "PASSWORD", "-o", "json").stdout)
        self.assertEqual([user["name"] for user in usage["users"]], ["user"])
        self.assertEqual([each["workload"] for each in usage["stale"]], [f"Deployment {SPACE}/user"])
        generations = {name: self.live(name, "deployment")["metadata"]["generation"] for name in ("user", "other", "none")}
        self.run_secret("restart", "db", "--key", "PASSWORD")
        for name, generation in generations.items():
            self.assertEqual(self.live(name, "deployment")["metadata"]["generation"], generation + (name == "user"), name)
        deadline = time.time() + 60
        stale = [1]
        while stale and time.time() < deadline:
            stale = json.loads(self.run_secret("usage", "db", "--key", "PASSWORD", "-o", "json").stdout)["stale"]
        self.assertEqual(stale, [])
        done = self.run_secret("set", "db", "--stdin", "PASSWORD", "--restart", "-o", "json", text=OLD)
        self.assertEqual(self.live("user", "deployment")["metadata"]["generation"], generations["user"] + 2)
        self.run_secret("undo", self.runbook(done), command=None)
        self.assertEqual(self.live("db")["data"]["PASSWORD"], encoded(NEW))
        self.assertEqual(self.live("user", "deployment")["metadata"]["generation"], generations["user"] + 3)
        self.run_secret("set", "db", "--stdin", "PASSWORD", text=OLD)

    def test_a_knows_every_way_of_reading(self):
        key = {"secretKeyRef": {"name": "ways", "key": "KEY"}}
        files = {"name": "files", "secret": {"secretName": "ways"}}
        mount = {"name": "files", "mountPath": "/files"}
        main = {"name": "main", "image": "busybox", "imagePullPolicy": "IfNotPresent", "command": ["sleep", "100000"]}
        init = {**main, "name": "init", "command": ["true"]}
        ways = {  # what of the pod is different, and whether it keeps the old value
            "env": ({"containers": [{**main, "env": [{"name": "K", "valueFrom": key}]}]}, True),
            "env-from": ({"containers": [{**main, "envFrom": [{"secretRef": {"name": "ways"}}]}]}, True),
            "sub-path": ({"containers": [{**main, "volumeMounts": [{**mount, "subPath": "KEY"}]}],
                          "volumes": [files]}, True),
            "init-env": ({"containers": [main], "initContainers": [
                {**init, "env": [{"name": "K", "valueFrom": key}]}]}, True),
            "init-files": ({"containers": [main], "initContainers": [{**init, "volumeMounts": [mount]}],
                            "volumes": [files]}, True),
            "files": ({"containers": [{**main, "volumeMounts": [mount]}], "volumes": [files]}, False),
            "other-key": ({"containers": [{**main, "env": [{"name": "K", "valueFrom": {"secretKeyRef": {
                "name": "ways", "key": "SPARE"}}}]}]}, False),
            "pull": ({"containers": [main], "imagePullSecrets": [{"name": "ways"}]}, False)}
        self.run_secret("create", "ways", "--stdin", "KEY", text=OLD)
        self.kubectl("patch", "secret", "ways", "-n", SPACE, "--type=merge", "-p",
                     json.dumps({"data": {"SPARE": encoded(OTHER)}}))
        for name, (spec, _) in ways.items():
            self.apply({"apiVersion": "apps/v1", "kind": "Deployment",
                        "metadata": {"name": name, "namespace": SPACE},
                        "spec": {"selector": {"matchLabels": {"app": name}}, "template": {
                            "metadata": {"labels": {"app": name}},
                            "spec": {"terminationGracePeriodSeconds": 0, **spec}}}})
        for name in ways:
            self.kubectl("rollout", "status", f"deployment/{name}", "-n", SPACE, "--timeout=90s")
        self.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "puller", "namespace": SPACE},
                    "imagePullSecrets": [{"name": "ways"}]})
        self.apply({"apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
                    "metadata": {"name": "door", "namespace": SPACE},
                    "spec": {"tls": [{"secretName": "ways", "hosts": ["a.example.com"]}], "defaultBackend": {
                        "service": {"name": "any", "port": {"number": 80}}}}})
        time.sleep(1.1)  # times are written in whole seconds
        self.run_secret("set", "ways", "--stdin", "KEY", text=NEW)
        usage = json.loads(self.run_secret("usage", "ways", "--key", "KEY", "-o", "json").stdout)
        old = sorted(name for name, (_, keeps) in ways.items() if keeps)
        self.assertEqual(sorted(each["workload"].rpartition("/")[2] for each in usage["stale"]), old)
        uses = {each["name"]: each["use"] for each in usage["users"]}
        self.assertEqual(uses, {"env": "env", "env-from": "envFrom", "sub-path": "subPath", "init-env": "env",
                                "init-files": "initVolume", "files": "volume", "pull": "imagePull",
                                "puller": "imagePull", "door": "ingressTls"})
        generations = {name: self.live(name, "deployment")["metadata"]["generation"] for name in ways}
        self.run_secret("restart", "ways", "--key", "KEY")
        self.assertEqual([name for name in ways
                          if self.live(name, "deployment")["metadata"]["generation"] != generations[name]],
                         [name for name, (_, keeps) in ways.items() if keeps])
        for name in ways:
            self.kubectl("delete", "deployment", name, "-n", SPACE, "--wait=false")

    def test_a_takes_away_no_object_that_others_wrote_into(self):
        done = self.run_secret("create", "made", "--stdin", "PASSWORD", "-o", "json", text=NEW)
        self.kubectl("patch", "secret", "made", "-n", SPACE, "--type=merge", "-p",
                     json.dumps({"data": {"OTHER": encoded("theirs")}}))
        with self.unchanged("made"):
            refused = self.run_secret("undo", self.runbook(done), command=None, status=CONFLICT)
            self.assertIn("kubectl-patch has written it since it was created", refused.stderr)
        self.kubectl("delete", "secret", "made", "-n", SPACE)
        done = self.run_secret("create", "made", "--stdin", "PASSWORD", "-o", "json", text=NEW)
        self.run_secret("undo", self.runbook(done), command=None)
        self.assertEqual(self.kubectl("get", "secret", "made", "-n", SPACE, "--ignore-not-found"), "")

    def test_b_lost_connection(self):
        config = json.loads(subprocess.run(["kubectl", "--kubeconfig", self.kubeconfig, "config", "view", "--raw",
                                            "--minify", "-o", "json"], capture_output=True, text=True).stdout)
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            scheme = config["clusters"][0]["cluster"]["server"].split(":")[0]
            config["clusters"][0]["cluster"]["server"] = f"{scheme}://127.0.0.1:{closed.getsockname()[1]}"
            path = self.folder / "lost.kubeconfig"
            path.write_text(json.dumps(config))
            with self.unchanged("db"):
                done = self.run_secret("set", "db", "--stdin", "PASSWORD", "--timeout", "5s", text=NEW,
                                       kubeconfig=str(path), status=UNREACHABLE)
        self.one_message(done)

    def one_message(self, done):
        """One error and no second; what else is there is the log."""
        lines = [line for line in done.stderr.strip().splitlines() if line.startswith("error")]
        self.assertEqual(len(lines), 1, done.stderr)

    def test_b_exceeded_quota(self):
        def secrets():
            return sorted(each["metadata"]["name"] for each in
                          json.loads(self.kubectl("get", "secrets", "-n", SPACE, "-o", "json"))["items"])
        names = secrets()
        self.apply({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "few", "namespace": SPACE},
                    "spec": {"hard": {"count/secrets": str(len(names))}}})
        deadline = time.time() + 60
        while "used" not in self.live("few", "resourcequota").get("status", {}) and time.time() < deadline:
            time.sleep(0.5)
        try:
            refused = self.run_secret("create", "toomany", "--stdin", "KEY", text=NEW, status=FORBIDDEN)
            self.assertIn("exceeded quota: few", refused.stderr)
            self.one_message(refused)
            with self.unchanged("db"):  # there is no room for what keeps the former value
                refused = self.run_secret("set", "db", "--stdin", "PASSWORD", text=NEW, status=FORBIDDEN)
                self.assertIn("exceeded quota: few", refused.stderr)
                self.assertIn("--no-undo", refused.stderr)
                self.one_message(refused)
            self.assertEqual(secrets(), names)
            self.run_secret("set", "db", "--stdin", "PASSWORD", "--no-undo", text=NEW)
            self.run_secret("set", "db", "--stdin", "PASSWORD", "--no-undo", text=OLD)
        finally:
            self.kubectl("delete", "resourcequota", "few", "-n", SPACE)

    def no_value_in(self, text, where):
        for secret in SECRETS:
            self.assertFalse(secret in text or encoded(secret) in text, where)

    def test_c_no_value_is_anywhere(self):
        self.no_value_in(self.kubectl("get", "events", "-n", SPACE, "-o", "json"), "events")
        self.no_value_in("\n".join(self.output), "printed")
        self.assertTrue(self.arguments)
        self.no_value_in(b"\n".join(self.arguments).decode(errors="replace"), "arguments")
        searched = 0
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name != "big" and path.suffix not in (".crt", ".kubeconfig"):
                self.no_value_in(path.read_bytes().decode(errors="replace"), str(path))
                searched += path.name.startswith("journal.sqlite")
        self.assertTrue(searched)


def main():
    global BINNACLECTL
    BINNACLECTL = os.path.abspath(sys.argv[1])
    rest = sys.argv[:1] + sys.argv[2:]
    if shutil.which("kubectl") is None or shutil.which("openssl") is None:
        print("needs kubectl and openssl")
        sys.exit(77)
    folder = tempfile.mkdtemp(prefix="binnacle-secret-demo-")
    demo = subprocess.Popen([BINNACLECTL, "simulate", "--listen", "127.0.0.1:0", "--kubeconfig-out",
                             f"{folder}/kubeconfig"], stdout=subprocess.PIPE, text=True)
    try:
        demo.stdout.readline()
        kubeconfigs = [f"{folder}/kubeconfig"]
        if os.environ.get("BINNACLE_TEST_KUBECONFIG"):
            kubeconfigs.append(os.environ["BINNACLE_TEST_KUBECONFIG"])
        for kubeconfig in kubeconfigs:
            SecretContract.kubeconfig = kubeconfig
            print(f"--- {kubeconfig}", file=sys.stderr, flush=True)
            if not unittest.main(argv=rest, exit=False).result.wasSuccessful():
                sys.exit(1)
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
