#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a 100 MB log beside kubectl, in one run, as one line of JSON.

usage: logs.py BINNACLECTL KUBECONFIG [RUNS]

Makes a pod in a namespace of its own that writes 100 MB and ends (a log of a pod that runs would be rotated meanwhile),
reads it with both programs in turn, compares what they print byte by byte, and removes the namespace. "exec" is the
output of a command that prints as much from a file. Where the cluster is on this machine, "cpu" says who used the
processors for each megabyte, and "bound" how many times faster than kubectl a client could be that costs nothing.
"""
import hashlib
import json
import os
import subprocess
import sys
import time

from cpu_shares import CpuShares, bound, ratio

LINE = 'level=info component=backend msg="request handled in 12 ms" path=/api/users status=200 id=4711 host=node-1'
LINES = 1_000_000
SPACE = f"binnacle-bench-logs-{os.getpid()}"

POD = """
apiVersion: v1
kind: Pod
metadata: {name: %s, namespace: %s}
spec:
  restartPolicy: Never
  terminationGracePeriodSeconds: 0
  automountServiceAccountToken: false
  containers:
  - {name: main, image: busybox, imagePullPolicy: IfNotPresent, command: [sh, -c, %s]}
"""


def kubectl(kubeconfig, *arguments, text=None):
    return subprocess.run(["kubectl", "--kubeconfig", kubeconfig, "-n", SPACE, *arguments], input=text,
                          stdout=subprocess.PIPE, check=True, text=True).stdout


def measured(command):
    """Wall and CPU seconds, peak memory, size and digest of a command's standard output."""
    start, shares = time.monotonic(), CpuShares()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    digest, size = hashlib.sha256(), 0
    while block := process.stdout.read(1 << 20):
        digest.update(block)
        size += len(block)
    _, status, usage = os.wait4(process.pid, 0)
    used = usage.ru_utime + usage.ru_stime
    return {"seconds": time.monotonic() - start, "cpuSeconds": used, **shares.result(used, max(size, 1) / 1e6),
            "peakMiB": usage.ru_maxrss / 1024, "bytes": size, "digest": digest.hexdigest(),
            "status": os.waitstatus_to_exitcode(status)}


def main():
    binnaclectl, kubeconfig = sys.argv[1:3]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    subprocess.run(["kubectl", "--kubeconfig", kubeconfig, "create", "namespace", SPACE], stdout=subprocess.DEVNULL,
                   check=True)
    try:
        write = json.dumps(f"yes '{LINE}' | head -n {LINES}")
        kubectl(kubeconfig, "apply", "-f", "-", text=POD % ("big", SPACE, write))
        keep = json.dumps(f"yes '{LINE}' | head -n {LINES} >/tmp/big; touch /tmp/written; sleep 3600")
        kubectl(kubeconfig, "apply", "-f", "-", text=POD % ("box", SPACE, keep))
        kubectl(kubeconfig, "wait", "pod/box", "--for=condition=Ready", "--timeout=120s")
        for _ in range(120):
            if kubectl(kubeconfig, "get", "pod", "big", "-o", "jsonpath={.status.phase}") == "Succeeded":
                break
            time.sleep(1)
        kubectl(kubeconfig, "exec", "box", "--", "sh", "-c", "until [ -e /tmp/written ]; do sleep 1; done")
        ours = [binnaclectl, "--kubeconfig", kubeconfig, "-n", SPACE]
        theirs = ["kubectl", "--kubeconfig", kubeconfig, "-n", SPACE]
        command = ["--", "cat", "/tmp/big"]
        tasks = {"logs": (["logs", "big"], ["logs", "big"]),
                 "exec": (["exec", "box", *command], ["exec", "box", *command])}
        result = {}
        for name, (own, peer) in tasks.items():
            result[name] = {"binnaclectl": [], "kubectl": []}
            for _ in range(runs):
                result[name]["binnaclectl"].append(measured(ours + own))
                result[name]["kubectl"].append(measured(theirs + peer))
            best = {who: min(all_, key=lambda run: run["seconds"]) for who, all_ in result[name].items()}
            result[name]["summary"] = {
                "megabytes": best["kubectl"]["bytes"] / 1e6,
                "sameBytes": len({run["digest"] for who in ("binnaclectl", "kubectl")
                                  for run in result[name][who]}) == 1,
                "timesFaster": best["kubectl"]["seconds"] / best["binnaclectl"]["seconds"],
                "megabytesPerSecond": {who: best[who]["bytes"] / best[who]["seconds"] / 1e6 for who in best},
                "peakMiB": {who: best[who]["peakMiB"] for who in best},
                "timesFasterByCpu": ratio(result[name]["binnaclectl"], result[name]["kubectl"]),
                "bound": bound(result[name]["kubectl"]),
                "cpu": {who: {key: best[who][key] for key in ("clientMsPerMB", "clusterMsPerMB", "othersMsPerMB", "busy")}
                        for who in best},
            }
        print(json.dumps(result))
    finally:
        subprocess.run(["kubectl", "--kubeconfig", kubeconfig, "delete", "namespace", SPACE, "--wait=false"],
                       stdout=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    main()
