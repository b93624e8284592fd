#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Port-forwards beside kubectl's, in one run, as one line of JSON.

usage: forward.py BINNACLECTL KUBECONFIG NAMESPACE [MEGABYTES] [RUNS]

Puts a pod into the namespace (python:3.11-slim, which must be on the nodes) that sends, takes and answers; both programs
forward to it and are measured in turn, so that a busy machine is busy for both. The namespace must exist.

"ratios" has what is compared: for throughput more than 1 is better than kubectl, for times and memory less. Where the
cluster is on this machine, "cpu" says who used the processors for each megabyte, "throughputByCpu" the ratio that follows
for processors that do nothing else, and "throughputBound" how many times faster than kubectl a client could be that costs
nothing: the cluster's own work is the same for both.
"""
import json
import re
import socket
import subprocess
import sys
import threading
import time

from cpu_shares import CpuShares, bound, middle, ratio

POD = "binnacle-forward-bench"
PORT = 9000
SERVER = r"""
import socket, socketserver
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        block = bytes(1 << 20)
        for line in self.rfile:
            verb, _, size = line.decode().partition(" ")
            left = int(size or 0)
            if verb == "down":
                while left > 0:
                    self.request.sendall(block[:min(left, len(block))])
                    left -= len(block)
            elif verb == "up":
                buffer = bytearray(1 << 20)
                while left > 0:
                    got = self.rfile.readinto1(memoryview(buffer)[:min(left, len(buffer))])
                    if got == 0:
                        return
                    left -= got
                self.wfile.write(b"taken\n")
            else:
                self.wfile.write(b"pong\n")
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512
Server(("", 9000), Handler).serve_forever()
"""


def kubectl(kubeconfig, namespace, *arguments, **options):
    return subprocess.run(["kubectl", "--kubeconfig", kubeconfig, "-n", namespace, *arguments], check=True,
                          stdout=subprocess.PIPE, **options).stdout


def start_pod(kubeconfig, namespace):
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": POD},
           "spec": {"terminationGracePeriodSeconds": 0, "automountServiceAccountToken": False,
                    "containers": [{"name": "server", "image": "python:3.11-slim", "imagePullPolicy": "IfNotPresent",
                                    "command": ["python3", "-c", SERVER], "ports": [{"containerPort": PORT}],
                                    "readinessProbe": {"tcpSocket": {"port": PORT}, "periodSeconds": 1}}]}}
    kubectl(kubeconfig, namespace, "apply", "-f", "-", input=json.dumps(pod).encode())
    kubectl(kubeconfig, namespace, "wait", "--for=condition=Ready", "pod/" + POD, "--timeout=120s")


class Forwarder:
    """One of the two programs, forwarding."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        found = re.search(r"127\.0\.0\.1:(\d+)", self.process.stdout.readline())
        self.port = int(found.group(1))
        deadline = time.monotonic() + 30
        while self.ping_once() is None and time.monotonic() < deadline:
            time.sleep(0.1)

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def ping_once(self):
        """Seconds of a request on a connection of its own; nothing when it failed."""
        start = time.monotonic()
        try:
            with self.connect() as connection:
                connection.sendall(b"ping\n")
                return time.monotonic() - start if connection.recv(5) == b"pong\n" else None
        except OSError:
            return None

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def peak_kib(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmHWM:\s+(\d+)", file.read()).group(1))

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def transfer(forwarder, verb, size):
    cpu, shares = forwarder.cpu(), CpuShares()
    with forwarder.connect() as connection:
        start = time.monotonic()
        connection.sendall(f"{verb} {size}\n".encode())
        if verb == "up":
            block = bytes(1 << 20)
            for _ in range(size >> 20):
                connection.sendall(block)
            assert connection.recv(6) == b"taken\n"
        else:
            buffer, left = bytearray(1 << 20), size
            while left > 0:
                count = connection.recv_into(buffer)
                assert count > 0, "the connection ended early"
                left -= count
        seconds = time.monotonic() - start
    used = forwarder.cpu() - cpu
    return {"megabytesPerSecond": size / seconds / 1e6, "cpuSeconds": used, **shares.result(used, size / 1e6)}


def latency(times):
    times = sorted(times)
    return {"p50Ms": times[len(times) // 2] * 1e3, "p99Ms": times[int(len(times) * 0.99)] * 1e3,
            "meanMs": sum(times) / len(times) * 1e3, "count": len(times)}


def kept_alive(forwarder, count=500):
    times = []
    with forwarder.connect() as connection:
        for _ in range(count):
            start = time.monotonic()
            connection.sendall(b"ping\n")
            assert connection.recv(5) == b"pong\n"
            times.append(time.monotonic() - start)
    return latency(times[10:])


def new_connections(forwarder, count=100, pause=0.0):
    times, failed = [], 0
    for _ in range(count):
        took = forwarder.ping_once()
        if took is None:
            failed += 1
        else:
            times.append(took)
        time.sleep(pause)
    return {**latency(times), "failed": failed}


def concurrent(forwarder, count=200, rounds=5):
    """All connected at once; then each asks some times."""
    failures = []
    ready = threading.Barrier(count)

    def one():
        try:
            with forwarder.connect() as connection:
                connection.sendall(b"ping\n")
                assert connection.recv(5) == b"pong\n"
                ready.wait(60)
                for _ in range(rounds):
                    connection.sendall(b"ping\n")
                    assert connection.recv(5) == b"pong\n"
        except Exception as error:  # counted, whatever it is
            failures.append(repr(error))
            ready.abort()

    start = time.monotonic()
    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"connections": count, "failed": len(failures), "errors": sorted(set(failures))[:3],
            "seconds": time.monotonic() - start}


def main():
    binnaclectl, kubeconfig, namespace = sys.argv[1:4]
    size = int(sys.argv[4]) << 20 if len(sys.argv) > 4 else 256 << 20
    runs = int(sys.argv[5]) if len(sys.argv) > 5 else 3
    start_pod(kubeconfig, namespace)
    common = ["--kubeconfig", kubeconfig, "-n", namespace]
    programs = {"binnacle": [binnaclectl, *common, "forward", "pod/" + POD, f":{PORT}"],
                "kubectl": ["kubectl", *common, "port-forward", "pod/" + POD, f":{PORT}"]}
    forwarders = {name: Forwarder(command) for name, command in programs.items()}
    result = {name: {"idleKib": forwarder.peak_kib()} for name, forwarder in forwarders.items()}

    def measure(what, function, *arguments):
        for name, forwarder in forwarders.items():
            result[name].setdefault(what, []).append(function(forwarder, *arguments))

    try:
        for _ in range(runs):
            measure("down", transfer, "down", size)
            measure("up", transfer, "up", size)
            measure("keptAlive", kept_alive)
            measure("newConnections", new_connections)
            measure("newConnectionsPaced", new_connections, 50, 0.05)
            measure("concurrent", concurrent)
        for name, forwarder in forwarders.items():
            result[name]["peakKib"] = forwarder.peak_kib()
    finally:
        for forwarder in forwarders.values():
            forwarder.stop()
        kubectl(kubeconfig, namespace, "delete", "pod", POD, "--wait=false")

    ours, theirs = result["binnacle"], result["kubectl"]
    result["ratios"] = {
        "down": middle(ours["down"], "megabytesPerSecond") / middle(theirs["down"], "megabytesPerSecond"),
        "up": middle(ours["up"], "megabytesPerSecond") / middle(theirs["up"], "megabytesPerSecond"),
        "keptAliveP50": middle(ours["keptAlive"], "p50Ms") / middle(theirs["keptAlive"], "p50Ms"),
        "keptAliveP99": middle(ours["keptAlive"], "p99Ms") / middle(theirs["keptAlive"], "p99Ms"),
        "newConnectionP50": middle(ours["newConnections"], "p50Ms") / middle(theirs["newConnections"], "p50Ms"),
        "newConnectionPacedP50": middle(ours["newConnectionsPaced"], "p50Ms") /
        middle(theirs["newConnectionsPaced"], "p50Ms"),
        "concurrent200": middle(ours["concurrent"], "seconds") / middle(theirs["concurrent"], "seconds"),
        "peakMemory": ours["peakKib"] / theirs["peakKib"],
    }
    result["throughputBound"] = {way: bound(theirs[way]) for way in ("down", "up")}
    result["throughputByCpu"] = {way: ratio(ours[way], theirs[way]) for way in ("down", "up")}
    result["cpu"] = {name: {way: {key: middle(result[name][way], key)
                                  for key in ("clientMsPerMB", "clusterMsPerMB", "othersMsPerMB", "busy")}
                            for way in ("down", "up")} for name in programs}
    result["concurrentFailed"] = {name: sum(run["failed"] for run in result[name]["concurrent"]) for name in programs}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
