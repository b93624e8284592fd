#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotates the password of a real PostgreSQL, killed with SIGKILL at random moments, then resumed or taken back.

  rotate_kill.py BINNACLECTL [ITERATIONS [SEED]]

Needs BINNACLE_TEST_KUBECONFIG (else exit 77: skipped) and kubectl. In a namespace of its own it runs PostgreSQL and an
application that is ready only while its password opens the database. After each iteration the Secret's password must
open the database, the application must be ready, no staged values may be left, and no password may be in any file,
log or event.
"""
import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import time

NAMESPACE = f"binnacle-rotate-{os.getpid()}"
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
stringData: {{PASSWORD: PLACEHOLDER, OTHER: untouched}}
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
"""


def kubectl(*arguments, text=None, check=True):
    done = subprocess.run(["kubectl", *arguments], input=text, capture_output=True, text=True, timeout=180)
    if check and done.returncode != 0:
        raise AssertionError(f"kubectl {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def password():
    data = json.loads(kubectl("-n", NAMESPACE, "get", "secret", "db", "-o", "json"))["data"]
    assert base64.b64decode(data["OTHER"]) == b"untouched"
    return base64.b64decode(data["PASSWORD"]).decode()


def opens(value):
    """Whether this password opens the database over the network; given by standard input."""
    script = 'IFS= read -r PGPASSWORD; export PGPASSWORD; exec psql -w -h pg -U postgres -Atc "select 1" </dev/null'
    done = subprocess.run(["kubectl", "-n", NAMESPACE, "exec", "-i", "deploy/app", "--", "sh", "-c", script],
                          input=value + "\n", capture_output=True, text=True, timeout=60)
    return done.returncode == 0


def files_holding(folder, values):
    found = []
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), "rb") as file:
                content = file.read()
            found += [os.path.join(path, name) for value in values if value.encode() in content]
    return found


def leaks(folder, values, output):
    places = files_holding(folder, values)
    places += ["output"] if any(value in output for value in values) else []
    events = kubectl("-n", NAMESPACE, "get", "events", "-o", "json")
    places += ["events"] if any(value in events for value in values) else []
    for workload in ("statefulset/postgres", "deployment/app"):
        log = kubectl("-n", NAMESPACE, "logs", workload, "--tail=-1", check=False)
        places += [f"log of {workload}"] if any(value in log for value in values) else []
        script = "for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f; echo; done 2>/dev/null"
        processes = kubectl("-n", NAMESPACE, "exec", workload, "--", "sh", "-c", script, check=False)
        places += [f"processes of {workload}"] if any(value in processes for value in values) else []
    return places


def settled():
    kubectl("-n", NAMESPACE, "rollout", "status", "statefulset/postgres", "--timeout=120s")
    kubectl("-n", NAMESPACE, "rollout", "status", "deployment/app", "--timeout=120s")


def main():
    if not os.environ.get("BINNACLE_TEST_KUBECONFIG"):
        print("SKIPPED: no real cluster (BINNACLE_TEST_KUBECONFIG is not set)")
        return 77
    os.environ["KUBECONFIG"] = os.environ["BINNACLE_TEST_KUBECONFIG"]
    binnaclectl = os.path.abspath(sys.argv[1])
    iterations = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(1 << 30)
    chance = random.Random(seed)
    print(f"seed {seed}", flush=True)
    first = "first-" + "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=20))
    kubectl("create", "namespace", NAMESPACE)
    try:
        kubectl("apply", "-f", "-", text=MANIFESTS.replace("PLACEHOLDER", first))
        settled()
        with tempfile.TemporaryDirectory() as folder:
            environment = dict(os.environ, XDG_DATA_HOME=folder + "/data", XDG_STATE_HOME=folder + "/state",
                               XDG_CACHE_HOME=folder + "/cache")
            command = [binnaclectl, "-n", NAMESPACE, "rotate", "db/PASSWORD", "--workload", "statefulset/postgres",
                       "--yes"]
            began = time.monotonic()
            subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300)
            length = time.monotonic() - began
            assert password() != first and opens(password()) and not opens(first)
            print(f"undisturbed: {length:.1f} s", flush=True)
            for iteration in range(iterations):
                before = password()
                run = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       text=True)
                time.sleep(chance.uniform(0, length))
                run.kill()
                output = run.communicate()[0]
                fate = chance.choice(["--resume", "--revert"])
                after = subprocess.run(command + [fate], env=environment, capture_output=True, text=True, timeout=300)
                output += after.stdout + after.stderr
                # A kill before anything was journalled, or after the end, leaves nothing to go on with.
                nothing = "was interrupted here" in output
                # Once the old value is being forgotten there is only the way forward.
                if after.returncode != 0 and "use --resume to end it" in output:
                    fate = "--resume"
                    after = subprocess.run(command + [fate], env=environment, capture_output=True, text=True,
                                           timeout=300)
                assert after.returncode == 0 or nothing, output
                settled()
                now = password()
                assert opens(now), f"the Secret's password does not open the database\n{output}"
                assert fate != "--revert" or nothing or now == before, output
                assert now == before or not opens(before), "the old password still works"
                left = kubectl("-n", NAMESPACE, "get", "secret", "db-rotation", "--ignore-not-found")
                assert left == "", f"staged values are left\n{output}"
                found = leaks(folder, {before, now}, output)
                assert not found, f"a password is in {found}"
                lines = len([line for line in output.splitlines() if line.startswith("[")])
                print(f"{iteration + 1}: {fate}{' (nothing to do)' if nothing else ''}, {lines} lines: well",
                      flush=True)
    finally:
        kubectl("delete", "namespace", NAMESPACE, "--wait=false", check=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
