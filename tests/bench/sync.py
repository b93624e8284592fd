#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Initial sync of all pods beside curl and kubectl, in one run, as one line of JSON.

usage: sync.py BENCH_SYNC KUBECONFIG [RUNS]

curl downloads the list that the sync reads, with the same Accept header, and throws it away.
"""
import base64
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

ACCEPT = "application/vnd.kubernetes.protobuf,application/json"
PATH = "/api/v1/pods?limit=500&resourceVersion=0"


def timed(command):
    """Wall and CPU seconds of a command and its standard output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, done.stdout


def credentials(kubeconfig, folder):
    """The options that make curl the same client as kubectl."""
    config = json.loads(subprocess.run(
        ["kubectl", "--kubeconfig", kubeconfig, "config", "view", "--raw", "--flatten", "--minify", "-o", "json"],
        stdout=subprocess.PIPE, check=True).stdout)
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    options = []
    for option, holder, field in (("--cacert", cluster, "certificate-authority-data"),
                                  ("--cert", user, "client-certificate-data"),
                                  ("--key", user, "client-key-data")):
        if field in holder:
            name = os.path.join(folder, field)
            with open(os.open(name, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                file.write(base64.b64decode(holder[field]))
            options += [option, name]
    if "token" in user:
        name = os.path.join(folder, "header")
        with open(os.open(name, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("Authorization: Bearer " + user["token"])
        options += ["-H", "@" + name]
    return cluster["server"], options


def main():
    bench, kubeconfig = sys.argv[1:3]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    result = {"curl": [], "binnacle": [], "kubectl": []}
    with tempfile.TemporaryDirectory() as folder:
        server, options = credentials(kubeconfig, folder)
        curl = ["curl", "-sSf", *options, "-H", "Accept: " + ACCEPT, "-o", "/dev/null", "-w", "%{size_download}",
                server + PATH]
        timed(curl)  # the server's caches are warm for all alike
        for _ in range(runs):
            wall, cpu, out = timed(curl)
            result["curl"].append({"seconds": wall, "cpuSeconds": cpu, "bytes": int(out)})
            wall, cpu, out = timed([bench, kubeconfig])
            result["binnacle"].append({**json.loads(out), "processSeconds": wall, "processCpuSeconds": cpu})
        wall, cpu, out = timed(["kubectl", "--kubeconfig", kubeconfig, "get", "pods", "-A"])
        result["kubectl"].append({"seconds": wall, "cpuSeconds": cpu, "lines": out.count(b"\n")})
    best = {name: min(runs, key=lambda run: run["seconds"]) for name, runs in result.items()}
    result["summary"] = {
        "objects": best["binnacle"]["objects"],
        "wallAgainstCurl": best["binnacle"]["seconds"] / best["curl"]["seconds"],
        "cpuAgainstKubectl": best["binnacle"]["processCpuSeconds"] / best["kubectl"]["cpuSeconds"],
        "kibPerPod": max(run["kibPerObject"] for run in result["binnacle"]),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
