#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A deploy that is killed and resumed must leave what an undisturbed one leaves.

usage: kill_resume.py [--seed N] [--at-writes KILL_AT_WRITE.so] BINNACLECTL N

Deploys ai-saas (overlay local) once undisturbed and records the cluster; then N times: deploy, kill -9 after a random
part of that time, `deploy --resume` (every other time that is killed, too, and resumed again), compare, uninstall. With
--at-writes the kills come right before a random write of the journal instead: after an object was changed, say, and
before that is on record. Uses the cluster of KUBECONFIG, whose namespaces app-backend, app-frontend and shared it takes
for itself, or without KUBECONFIG an empty simulated one.
"""
import argparse
import base64
import contextlib
import difflib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

STACK = ["ai-saas", "--overlay", "local"]
NAMESPACES = ["app-backend", "app-frontend", "shared"]
# What the stack's objects bring with them, beside the kinds of its own manifests.
BROUGHT_ALONG = ["secrets", "persistentvolumeclaims", "replicasets.apps", "pods"]
SERVER_METADATA = ["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"]
# Books that controllers keep on objects: where a volume landed, how many replicas were wanted at the time.
BOOK_PREFIXES = ("pv.kubernetes.io/", "volume.kubernetes.io/", "volume.beta.kubernetes.io/", "autoscaling.alpha.",
                 "deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas", "control-plane.")
# Chosen by the server for each new object.
GENERATED = {"Service": ["clusterIP", "clusterIPs", "healthCheckNodePort"], "PersistentVolumeClaim": ["volumeName"],
             "ReplicaSet": ["replicas"]}


class Failure(Exception):
    pass


class Ctl:
    def __init__(self, program, home, kubeconfig):
        self.program, self.home, self.kubeconfig = program, home, kubeconfig
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("BINNACLE_", "KUBE"))}
        self.environment = {**kept, "HOME": home, "XDG_CACHE_HOME": home + "/cache", "XDG_DATA_HOME": home + "/data",
                            "BINNACLE_JOURNAL": home + "/journal.sqlite", "NO_PROXY": "*"}

    def start(self, *arguments, **environment):
        return subprocess.Popen([self.program, *arguments, "--kubeconfig", self.kubeconfig], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.home,
                                env={**self.environment, **environment})

    def run(self, *arguments, **environment):
        process = subprocess.run([self.program, *arguments, "--kubeconfig", self.kubeconfig], text=True, check=False,
                                 capture_output=True, stdin=subprocess.DEVNULL, cwd=self.home, timeout=900,
                                 env={**self.environment, **environment})
        return process.returncode, process.stdout, process.stderr

    def must(self, *arguments, **environment):
        code, out, err = self.run(*arguments, **environment)
        if code != 0:
            raise Failure(f"binnaclectl {' '.join(arguments)} ended with {code}:\n{err or out}")
        return out

    def items(self, kind, namespace=None):
        where = ["-n", namespace] if namespace else []
        answer = json.loads(self.must("get", kind, *where, "-o", "json"))
        # The items of a typed list carry no kind of their own.
        return [{"kind": answer["kind"].removesuffix("List"), **item} for item in answer["items"]]

    def newest_runbook(self):
        runbooks = json.loads(self.must("journal", "-o", "json", "--limit", "1"))
        return runbooks[0] if runbooks else None


def resource(kind, api_version):
    group = api_version.rpartition("/")[0]
    return f"{kind}.{group}" if group else kind


def scaled_by_autoscaler(objects):
    targets = (o["spec"]["scaleTargetRef"] for o in objects if o["kind"] == "HorizontalPodAutoscaler")
    return {(target["kind"], target["name"]) for target in targets}


def normalize(item, scaled):
    """The object as somebody asked for it; nothing that two equal deploys may differ in."""
    item = {key: value for key, value in item.items() if key != "status"}
    kind, meta, spec = item["kind"], item["metadata"], item.get("spec", {})
    meta = {key: value for key, value in meta.items() if key not in SERVER_METADATA}
    meta["annotations"] = {key: value for key, value in meta.get("annotations", {}).items()
                           if not key.startswith(BOOK_PREFIXES)}
    meta["ownerReferences"] = [{"kind": owner["kind"], "name": owner["name"]}
                               for owner in meta.get("ownerReferences", [])]
    for field in GENERATED.get(kind, []):
        spec.pop(field, None)
    if (kind, meta["name"]) in scaled:
        spec.pop("replicas", None)
    for port in spec.get("ports", []) if kind == "Service" else []:
        port.pop("nodePort", None)
    if kind == "ServiceAccount":
        item.pop("secrets", None)  # tokens with generated names, up to Kubernetes 1.23
    if kind == "Secret":
        item["data"] = {key: len(base64.b64decode(value)) for key, value in item.get("data", {}).items()}
    if kind == "Pod":  # of pods only whose they are: a controller may have replaced one, or scaled
        return {"kind": kind, "metadata": {"namespace": meta["namespace"], "owners": meta["ownerReferences"]}}
    item["metadata"] = meta
    return item


def keep(item):
    return item.get("type") != "kubernetes.io/service-account-token" and \
        not any(owner["kind"] == "Job" for owner in item["metadata"].get("ownerReferences", []))


class Cluster:
    def __init__(self, ctl):
        self.ctl = ctl
        self.objects = json.loads(ctl.must("render", *STACK, "-o", "json"))
        self.objects = self.objects.get("items", []) if isinstance(self.objects, dict) else self.objects
        self.scaled = scaled_by_autoscaler(self.objects)

    def state(self):
        """"Kind namespace/name" -> normalized JSON, of all that the stack is made of."""
        found = {}
        own = {resource(o["kind"], o["apiVersion"]) for o in self.objects if o["metadata"].get("namespace")}
        for kind in sorted(own | set(BROUGHT_ALONG)):
            for namespace in NAMESPACES:
                for item in filter(keep, self.ctl.items(kind, namespace)):
                    self.add(found, item)
        for wanted in self.objects:
            if wanted["metadata"].get("namespace"):
                continue
            name = wanted["metadata"]["name"]
            for item in self.ctl.items(resource(wanted["kind"], wanted["apiVersion"])):
                if item["metadata"]["name"] == name:
                    self.add(found, item)
        return found

    def add(self, found, item):
        item = normalize(item, self.scaled)
        meta = item["metadata"]
        owner = meta["owners"][0]["name"] + "-*" if meta.get("owners") else ""
        name = f"{item['kind']} {meta.get('namespace', '')}/{meta.get('name', owner)}"
        found[name] = json.dumps(item, indent=1, sort_keys=True)

    def secret_values(self):
        """Hashes only: what was generated once must never be generated again."""
        values = {}
        for namespace in ("app-backend", "shared"):
            for item in filter(keep, self.ctl.items("secrets", namespace)):
                for key, value in item.get("data", {}).items():
                    values[namespace, item["metadata"]["name"], key] = hashlib.sha256(value.encode()).hexdigest()
        return values


def difference(expected, found):
    lines = []
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) == found.get(name):
            continue
        before, after = (state.get(name, "(does not exist)").splitlines() for state in (expected, found))
        lines += difflib.unified_diff(before, after, f"undisturbed: {name}", f"resumed: {name}", lineterm="", n=2)
    return "\n".join(lines)


def uninstall(ctl, cluster):
    ctl.must("uninstall", "ai-saas", "--volumes", "-y")
    if left := cluster.state():
        raise Failure("uninstall left behind: " + ", ".join(sorted(left)))


class AfterTime:
    """Kills after a random part of the time that an undisturbed deploy takes."""
    environment = {}

    def __init__(self, chance):
        self.chance, self.took = chance, 0

    def measured(self, seconds):
        self.took = seconds

    def disturb(self, ctl, *arguments):
        """Runs a command and kills it; returns when that was."""
        delay = self.chance.uniform(0, self.took)
        process = ctl.start(*arguments)
        try:
            process.communicate(timeout=delay)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        return f"after {delay:.2f} s"


class AtWrite:
    """Kills right before one of the journal's writes."""

    def __init__(self, chance, library, home):
        self.chance, self.preload, self.file = chance, {"LD_PRELOAD": os.path.abspath(library)}, home + "/writes"
        self.environment = {**self.preload, "KILL_WRITE_COUNT": self.file}
        self.count = 0

    def measured(self, _):
        with open(self.file, encoding="utf-8") as file:
            self.count = int(file.read())
        if self.count == 0:
            raise Failure("the writes of the journal were not seen")

    def disturb(self, ctl, *arguments):
        number = self.chance.randint(1, self.count)
        process = ctl.start(*arguments, **self.preload, KILL_AT_WRITE=str(number))
        process.communicate(timeout=900)
        return f"at write {number} of {self.count}"


def killed_deploy(ctl, cluster, kill, again):
    """Deploys, kills, resumes; `again`: kills the resumed run as well. Returns what was interrupted."""
    before = ctl.newest_runbook()
    when = "killed " + kill.disturb(ctl, "deploy", *STACK, "-y")
    newest = ctl.newest_runbook()
    if newest is None or (before and newest["runbook"] == before["runbook"]):
        ctl.must("deploy", *STACK, "-y")
        return when + ", before anything was begun"
    if newest["outcome"] == "done":
        return when + ", after the end"
    secrets = cluster.secret_values()
    if again:
        when += " and resumed and killed " + kill.disturb(ctl, "deploy", *STACK, "--resume", "-y")
    if ctl.newest_runbook()["outcome"] != "done":
        ctl.must("deploy", *STACK, "--resume", "-y")
    after = cluster.secret_values()
    for key, value in secrets.items():
        if after.get(key) != value:
            raise Failure(f"resuming changed the value of {'/'.join(key)}")
    resumed = ctl.newest_runbook()
    if (resumed["runbook"], resumed["outcome"]) != (newest["runbook"], "done"):
        raise Failure(f"resuming {newest['id']} ended as {resumed['outcome']} of {resumed['id']}")
    audit = json.loads(ctl.must("journal", newest["runbook"], "-o", "json"))["entries"]
    types = [entry["type"] for entry in audit]
    return f"{when}, after {types[:types.index('resumed')].count('outcome')} objects"


@contextlib.contextmanager
def simulated_cluster(program, home):
    kubeconfig = os.path.join(home, "kubeconfig")
    with subprocess.Popen([program, "simulate", "--scenario", "empty", "--listen", "127.0.0.1:0", "--kubeconfig-out",
                           kubeconfig], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            json.loads(process.stdout.readline())
            yield kubeconfig
        finally:
            process.terminate()


def check(ctl, count, kill):
    cluster = Cluster(ctl)
    if found := cluster.state():
        raise Failure("the cluster holds some of the stack already: " + ", ".join(sorted(found)))
    begun = time.monotonic()
    ctl.must("deploy", *STACK, "-y", **kill.environment)
    took = time.monotonic() - begun
    kill.measured(took)
    expected = cluster.state()
    print(f"undisturbed: {len(expected)} objects in {took:.1f} s", flush=True)
    uninstall(ctl, cluster)
    differing = 0
    for number in range(1, count + 1):
        begun = time.monotonic()
        where = killed_deploy(ctl, cluster, kill, again=number % 2 == 0)
        differs = difference(expected, cluster.state())
        uninstall(ctl, cluster)
        differing += bool(differs)
        print(f"{number}: {where}: {'DIFFERS' if differs else 'the same'}"
              f" ({time.monotonic() - begun:.0f} s)\n{differs}".rstrip(), flush=True)
    print(f"{count - differing} of {count} ended as the undisturbed deploy did", flush=True)
    return differing == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-writes", metavar="KILL_AT_WRITE.so")
    parser.add_argument("program", metavar="BINNACLECTL")
    parser.add_argument("count", metavar="N", type=int)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    home = tempfile.mkdtemp(prefix="kill-resume-")
    kill = AtWrite(chance, options.at_writes, home) if options.at_writes else AfterTime(chance)
    program = os.path.abspath(options.program)
    given = os.environ.get("KUBECONFIG")
    with contextlib.nullcontext(given) if given else simulated_cluster(program, home) as kubeconfig:
        try:
            good = check(Ctl(program, home, kubeconfig), options.count, kill)
        except Failure as failure:
            print(failure, file=sys.stderr)
            print(f"the journal is kept in {home}", file=sys.stderr)
            sys.exit(1)
    shutil.rmtree(home)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
