#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotates the password of a PostgreSQL and a key without a back end, killed with SIGKILL at random moments, then
resumed or taken back.

  rotate_kill.py BINNACLECTL [ITERATIONS [SEED]]

Runs on the cluster of BINNACLE_TEST_KUBECONFIG, where PostgreSQL is a real one, else on the demo cluster. Needs kubectl
(else exit 77: skipped). In a namespace of its own it runs PostgreSQL, which logs every statement, an application that
is ready only while its password opens the database, one that uses the key, and one that uses neither. After each
iteration the Secret's password must open the database and the other must not, the applications must be ready, only
those that use the value may have been restarted, and neither value may be anywhere but in the Secret: in no file of the
home folder (the journal and its write-ahead log are there), none that was written here meanwhile, none in the
database's pod, in no output, log, event or other object, in no bookkeeping of the Secret, and in no process' arguments
or environment here or in the pod, looked at all the while. What a pod is given by its own manifest is in its environment
by that; beside it only psql's own PGPASSWORD may hold one, for the moment of a login, where none but its user may look.
"""
import base64
import contextlib
import json
import os
import random
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time

NAMESPACE = f"binnacle-rotate-{os.getpid()}"
REAL = "BINNACLE_TEST_KUBECONFIG" in os.environ
POD = """
      terminationGracePeriodSeconds: 1
      automountServiceAccountToken: false
      containers:
      - name: main
        image: postgres:15-alpine
        imagePullPolicy: IfNotPresent
"""
MANIFESTS = f"""
apiVersion: v1
kind: Secret
metadata: {{name: db, namespace: {NAMESPACE}}}
stringData: {{PASSWORD: PLACEHOLDER, TOKEN: token-REVERSED, OTHER: untouched}}
---
apiVersion: v1
kind: Service
metadata: {{name: pg, namespace: {NAMESPACE}}}
spec: {{selector: {{app: pg}}, ports: [{{port: 5432}}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: postgres, namespace: {NAMESPACE}}}
spec:
  serviceName: pg
  selector: {{matchLabels: {{app: pg}}}}
  template:
    metadata: {{labels: {{app: pg}}}}
    spec:{POD}
        args: [postgres, -c, log_statement=all, -c, log_connections=on, -c, log_min_duration_statement=0]
        env:
        - {{name: PGDATA, value: /var/lib/postgresql/data/pgdata}}
        - {{name: POSTGRES_PASSWORD, valueFrom: {{secretKeyRef: {{name: db, key: PASSWORD}}}}}}
        readinessProbe: {{exec: {{command: [pg_isready, -U, postgres]}}, periodSeconds: 1}}
        volumeMounts: [{{name: data, mountPath: /var/lib/postgresql/data}}]
  volumeClaimTemplates:
  - metadata: {{name: data}}
    spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app, namespace: {NAMESPACE}}}
spec:
  selector: {{matchLabels: {{app: app}}}}
  template:
    metadata: {{labels: {{app: app}}}}
    spec:{POD}
        command: [sleep, "100000"]
        env:
        - {{name: PGPASSWORD, valueFrom: {{secretKeyRef: {{name: db, key: PASSWORD}}}}}}
        readinessProbe:
          exec: {{command: [psql, -h, pg, -U, postgres, -c, select 1]}}
          periodSeconds: 1
          timeoutSeconds: 5
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, namespace: {NAMESPACE}}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:{POD}
        command: [sleep, "100000"]
        env:
        - {{name: TOKEN, valueFrom: {{secretKeyRef: {{name: db, key: TOKEN}}}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: bystander, namespace: {NAMESPACE}}}
spec:
  selector: {{matchLabels: {{app: bystander}}}}
  template:
    metadata: {{labels: {{app: bystander}}}}
    spec:{POD}
        command: [sleep, "100000"]
        env:
        - {{name: OTHER, valueFrom: {{secretKeyRef: {{name: db, key: OTHER}}}}}}
"""

WORKLOADS = ("statefulset/postgres", "deployment/app", "deployment/web", "deployment/bystander")
KINDS = "pods,replicasets,statefulsets,deployments,controllerrevisions,configmaps,secrets,events,services,endpoints"
SAMPLER = """while :; do
for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f; echo; done 2>/dev/null
echo --
cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -v -e ^POSTGRES_PASSWORD= -e ^PGPASSWORD= | sort -u
echo --; sleep 0.02
done"""
# Where a program leaves files that were not meant to stay; where the test bed keeps its data, the Secret is of course.
WRITTEN_TO = ["/tmp", "/var/tmp", "/var/log", os.path.expanduser("~"), os.environ.get("BINNACLE_TEST_LOGS", "/nowhere")]
LARGEST = 64 << 20
# Where the node runs on this machine: its runtime's own description of a process that it starts in a pod (opencontainers'
# runtime-spec, config.md "process"), which is there for that instant. In it, only what the manifests above give to the
# environment may hold a value.
OF_THE_NODE = "runc-process"
GIVEN_BY_MANIFESTS = ("POSTGRES_PASSWORD=", "PGPASSWORD=", "TOKEN=")


def kubectl(*arguments, text=None, check=True):
    done = subprocess.run(["kubectl", *arguments], input=text, capture_output=True, text=True, timeout=180)
    if check and done.returncode != 0:
        raise AssertionError(f"kubectl {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def secret(name="db"):
    """The decoded values; none where the Secret is not there."""
    text = kubectl("-n", NAMESPACE, "get", "secret", name, "-o", "json", "--ignore-not-found")
    data = json.loads(text)["data"] if text else {}
    return {key: base64.b64decode(value).decode() for key, value in data.items()}


def opens(value):
    """Whether this password opens the database over the network; given by standard input."""
    script = 'IFS= read -r PGPASSWORD; export PGPASSWORD; exec psql -w -h pg -U postgres -Atc "select 1" </dev/null'
    for last in (False, False, True):
        done = subprocess.run(["kubectl", "-n", NAMESPACE, "exec", "-i", "deploy/app", "--", "sh", "-c", script],
                              input=value + "\n", capture_output=True, text=True, timeout=60)
        if done.returncode == 0 or "password authentication failed" in done.stderr:
            return done.returncode == 0
        if last:  # else it may have been a pod that was just going
            raise AssertionError(f"cannot ask the database: {done.stderr}")
        time.sleep(2)


def settled():
    for workload in WORKLOADS:
        kubectl("-n", NAMESPACE, "rollout", "status", workload, "--timeout=120s")


def pods(app):
    listed = json.loads(kubectl("-n", NAMESPACE, "get", "pods", "-l", f"app={app}", "-o", "json"))["items"]
    return {pod["metadata"]["uid"] for pod in listed if "deletionTimestamp" not in pod["metadata"]}


class Watcher:
    """Collects what must not hold a password: arguments of processes here and in the database's pod, and its log."""

    def __init__(self):
        self.seen = {"arguments here": set(), "environment here": set(), "processes in the pod": set(),
                     "log of PostgreSQL": set()}
        self.began = time.time()
        self.over = threading.Event()
        self.running = set()
        jobs = [self.look_here]
        if REAL:
            jobs.append(lambda: self.follow("processes in the pod", "exec", "postgres-0", "--", "sh", "-c", SAMPLER))
        jobs.append(lambda: self.follow("log of PostgreSQL", "logs", "-f", "postgres-0"))
        self.threads = [threading.Thread(target=job, daemon=True) for job in jobs]
        for thread in self.threads:
            thread.start()

    def look_here(self):
        while not self.over.wait(0.05):
            for process in filter(str.isdigit, os.listdir("/proc")):
                self.look_at(f"/proc/{process}/cmdline", "arguments here")
                with contextlib.suppress(OSError):  # the test bed's containers run here too, by their manifests
                    if os.readlink(f"/proc/{process}/ns/pid") == os.readlink("/proc/self/ns/pid"):
                        self.look_at(f"/proc/{process}/environ", "environment here")

    def look_at(self, path, name):
        with contextlib.suppress(OSError), open(path, "rb") as file:
            self.seen[name].add(file.read().decode(errors="replace"))

    def follow(self, name, *arguments):
        while not self.over.wait(0.2):  # again when the pod has been replaced
            with subprocess.Popen(["kubectl", "-n", NAMESPACE, *arguments], stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True) as process:
                self.running.add(process)
                for line in process.stdout:
                    self.seen[name].add(line)
                self.running.discard(process)

    def end(self):
        self.over.set()
        for process in list(self.running):
            process.kill()
        for thread in self.threads:
            thread.join(10)


def forms(values):
    """A value as it is, and as Secrets hold it."""
    return [text for value in values for text in (value, base64.b64encode(value.encode()).decode())]


def files_of(folder, since=0.0):
    for path, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each != "binnacle-testbed"]
        for name in names:
            with contextlib.suppress(OSError):
                status = os.stat(os.path.join(path, name), follow_symlinks=False)
                if stat.S_ISREG(status.st_mode) and status.st_mtime >= since and status.st_size <= LARGEST:
                    yield os.path.join(path, name)


def content_of(path):
    """Of a description of a process: all but what the manifests give to its environment."""
    described = os.path.basename(path).startswith(OF_THE_NODE)
    for last in (False, False, True):
        with open(path, "rb") as file:
            content = file.read()
        if not described:
            return content
        try:
            process = json.loads(content)
            process["env"] = [each for each in process["env"] if not each.startswith(GIVEN_BY_MANIFESTS)]
            return json.dumps(process).encode()
        except ValueError:  # still being written; what stays unreadable is looked through as it is
            if last:
                return content
            time.sleep(0.05)


def files_holding(paths, texts):
    found = []
    for path in paths:
        with contextlib.suppress(OSError):
            content = content_of(path)
            found += [path for text in texts if text.encode() in content]
    return found


def files_in_the_pod(texts):
    """Of the database, its data and write-ahead log among them; what is looked for goes in by standard input."""
    script = "grep -r -l -a -F -f - --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev / 2>/dev/null; :"
    done = subprocess.run(["kubectl", "-n", NAMESPACE, "exec", "-i", "postgres-0", "--", "sh", "-c", script],
                          input="\n".join(texts) + "\n", capture_output=True, text=True, timeout=180, check=True)
    return [f"postgres-0:{path}" for path in done.stdout.split()]


def leaks(folder, values, output, watcher):
    texts = forms(values)
    places = files_holding(files_of(folder), texts)
    for each in WRITTEN_TO if REAL else []:
        places += files_holding(files_of(each, watcher.began), texts)
    places += files_in_the_pod(texts) if REAL else []
    objects = json.loads(kubectl("-n", NAMESPACE, "get", KINDS, "-o", "json", "--show-managed-fields"))["items"]
    own = next(each for each in objects if each["kind"] == "Secret" and each["metadata"]["name"] == "db")
    objects.remove(own)
    look = {"output": output, "objects": json.dumps(objects), "the Secret's bookkeeping": json.dumps(own["metadata"])}
    look["logs"] = "".join(kubectl("-n", NAMESPACE, "logs", workload, "--tail=-1", check=False)
                           for workload in WORKLOADS)
    look["events"] = kubectl("get", "events", "-A", "-o", "json")
    look.update({name: "\n".join(list(lines)) for name, lines in watcher.seen.items()})
    for name, content in look.items():
        places += [name for text in texts if text in content]
    return sorted(set(places))


class Rotation:
    """One key, rotated by one command."""

    def __init__(self, binnaclectl, folder, key, *arguments):
        self.key = key
        self.users = {"PASSWORD": {"pg", "app"}, "TOKEN": {"web"}}[key]
        self.command = [binnaclectl, "-n", NAMESPACE, "rotate", f"db/{key}", *arguments, "--yes"]
        self.folder = folder
        self.environment = dict(os.environ, HOME=folder, TMPDIR=f"{folder}/tmp", XDG_DATA_HOME=f"{folder}/data",
                                XDG_STATE_HOME=f"{folder}/state", XDG_CACHE_HOME=f"{folder}/cache",
                                XDG_CONFIG_HOME=f"{folder}/config")
        os.makedirs(f"{folder}/tmp", exist_ok=True)
        self.length = 0.0

    def value(self):
        values = secret()
        assert values["OTHER"] == "untouched"
        return values[self.key]

    def run(self, *more):
        return subprocess.run([*self.command, *more], env=self.environment, capture_output=True, text=True, timeout=600)

    def check(self, values, fate, before, output, watcher):
        settled()
        now = self.value()
        if self.key == "PASSWORD":
            assert opens(now), f"the Secret's password does not open the database\n{output}"
            for other in values - {now}:
                assert not opens(other), f"a password that is not the Secret's opens the database\n{output}"
        assert fate != "--revert" or now == before, output
        assert not secret("db-rotation"), f"staged values are left\n{output}"
        found = leaks(self.folder, values | {now}, output, watcher)
        assert not found, f"a value is in {found}"

    def undisturbed(self, watcher):
        before = self.value()
        others = {app: pods(app) for app in {"pg", "app", "web", "bystander"} - self.users}
        began = time.monotonic()
        done = self.run()
        self.length = time.monotonic() - began
        assert done.returncode == 0, done.stdout + done.stderr
        assert self.value() != before
        for app, old in others.items():
            assert pods(app) == old, f"{app} was restarted and uses no {self.key}"
        self.check({before}, "", before, done.stdout + done.stderr, watcher)
        print(f"{self.key}, undisturbed: {self.length:.1f} s", flush=True)

    def kill_at_random(self, chance, by_step):
        """Its output, and when it was killed: the restarts last longest, so half of the times by the step it is at."""
        run = subprocess.Popen(self.command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True)
        began = time.monotonic()
        output = ""
        if by_step:
            step = chance.randint(1, 7 if self.key == "PASSWORD" else 4)
            for line in run.stdout:
                output += line
                if re.match(rf"\[{step}/", line):
                    break
            time.sleep(chance.uniform(0, 0.3))
        else:
            time.sleep(chance.uniform(0, self.length))
        run.kill()
        when = time.monotonic() - began
        output += run.communicate()[0]
        reached = re.findall(r"^\[(\d+/\d+)\]", output, re.MULTILINE)
        return output, f"killed after {when:.1f} s in step {reached[-1] if reached else 'none'}"

    def killed(self, chance, watcher, by_step):
        before = self.value()
        output, when = self.kill_at_random(chance, by_step)
        values = {before, *secret("db-rotation").values()}
        fate = chance.choice(["--resume", "--revert"])
        after = self.run(fate)
        output += after.stdout + after.stderr
        # A kill before anything was journalled, or after the end, leaves nothing to go on with.
        nothing = "was interrupted here" in output
        # Once the old value is being forgotten there is only the way forward.
        if after.returncode != 0 and "resume it to end it" in output:
            fate = "--resume"
            after = self.run(fate)
            output += after.stdout + after.stderr
        assert after.returncode == 0 or nothing, output
        self.check(values, "" if nothing else fate, before, output, watcher)
        ended = "is new" if self.value() != before else "is as before"
        print(f"{self.key}: {when}, {fate}{' (nothing to do)' if nothing else ''}: value {ended}, well", flush=True)


@contextlib.contextmanager
def cluster(binnaclectl, folder):
    if REAL:
        yield os.environ["BINNACLE_TEST_KUBECONFIG"]
        return
    kubeconfig = os.path.join(folder, "kubeconfig")
    with subprocess.Popen([binnaclectl, "simulate", "--scenario", "empty", "--listen", "127.0.0.1:0",
                           "--kubeconfig-out", kubeconfig], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True) as process:
        try:
            json.loads(process.stdout.readline())
            yield kubeconfig
        finally:
            process.terminate()


def main():
    if shutil.which("kubectl") is None:
        print("skipped: there is no kubectl")
        return 77
    binnaclectl = os.path.abspath(sys.argv[1])
    iterations = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(1 << 30)
    chance = random.Random(seed)
    print(f"seed {seed}", flush=True)
    first = "first-" + "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=20))
    with tempfile.TemporaryDirectory() as outside, cluster(binnaclectl, outside) as kubeconfig:
        os.environ["KUBECONFIG"] = kubeconfig
        kubectl("create", "namespace", NAMESPACE)
        watcher = None
        try:
            kubectl("apply", "-f", "-", text=MANIFESTS.replace("PLACEHOLDER", first).replace("REVERSED", first[::-1]))
            settled()
            watcher = Watcher()
            folder = os.path.join(outside, "home")
            rotations = [Rotation(binnaclectl, folder, "PASSWORD", "--workload", "statefulset/postgres"),
                         Rotation(binnaclectl, folder, "TOKEN")]
            for rotation in rotations:
                rotation.undisturbed(watcher)
                for count in range(iterations):
                    rotation.killed(chance, watcher, by_step=count % 2 == 0)
            looked = {name: len(lines) for name, lines in watcher.seen.items()}
            assert all(looked[name] for name in looked if REAL or name == "arguments here"), looked
            print(f"looked at {looked}", flush=True)
        finally:
            if watcher:
                watcher.end()
            kubectl("delete", "namespace", NAMESPACE, "--wait=false", check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
