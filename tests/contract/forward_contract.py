#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts rely on of `binnaclectl forward`: what it prints, how it ends, and how its connections behave.

usage: forward_contract.py BINNACLECTL

On the demo cluster; with BINNACLE_TEST_KUBECONFIG on that cluster, where the AI SaaS stack must run.
"""
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

BINNACLECTL = sys.argv[1]
# What a Redis with a password answers to everything.
LOCKED = b"-NOAUTH Authentication required.\r\n"
failures = []


def check(what, holds, detail=""):
    print(("ok   " if holds else "FAIL ") + what + ("" if holds else f": {detail}"), flush=True)
    if not holds:
        failures.append(what)


class Forward:
    def __init__(self, kubeconfig, *arguments):
        self.process = subprocess.Popen([BINNACLECTL, "--kubeconfig", kubeconfig, "-n", "app-backend", "forward",
                                         *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.errors = []
        self.reader = threading.Thread(target=lambda: self.errors.extend(self.process.stderr))
        self.reader.start()

    def line(self):
        return self.process.stdout.readline()

    def port(self):
        return int(re.search(r"127\.0\.0\.1:(\d+)", self.line()).group(1))

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        status = self.process.wait(20)
        self.reader.join()
        self.process.stdout.close()
        return status


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def ping(port):
    with connect(port) as connection:
        connection.sendall(b"PING\r\n")
        return connection.recv(len(LOCKED))


def everything(connection):
    text = b""
    while piece := connection.recv(65536):
        text += piece
    return text


def serves(kubeconfig):
    forward = Forward(kubeconfig, "svc/redis-service", ":6379")
    line = forward.line()
    found = re.fullmatch(r"Forwarding from 127\.0\.0\.1:(\d+) to svc/redis-service:6379\n", line)
    check("one line says which local port leads where", found is not None, line)
    port = int(found.group(1))
    check("a connection reaches the pod", ping(port) == LOCKED)
    with connect(port) as connection:
        connection.sendall(b"PING\r\n" * 3)
        connection.shutdown(socket.SHUT_WR)
        check("after a half-close the answers still come", everything(connection) == LOCKED * 3)
    many = [connect(port) for _ in range(50)]
    for connection in many:
        connection.sendall(b"PING\r\n")
    check("fifty connections at once are answered", all(each.recv(len(LOCKED)) == LOCKED for each in many))
    for connection in many:
        connection.close()
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = subprocess.run([BINNACLECTL, "--kubeconfig", kubeconfig, "-n", "app-backend", "forward", "svc/redis-service",
                                f"{other.getsockname()[1]}:6379"], capture_output=True, text=True, timeout=60)
        check("a local port in use ends it with 1", taken.returncode == 1 and "cannot be used" in taken.stderr,
              taken.stderr)
    check("Ctrl-C ends it with 0", forward.end() == 0)
    check("its states went to standard error", any(": active (pod redis-" in line for line in forward.errors),
          forward.errors)
    try:
        connect(port).close()
        check("and the local port is closed", False)
    except ConnectionRefusedError:
        check("and the local port is closed", True)


def speaks_json(kubeconfig):
    forward = Forward(kubeconfig, "deploy/redis", ":6379", "-o", "json")
    lines = [json.loads(forward.line())]
    while lines[-1].get("state") != "active":
        lines.append(json.loads(forward.line()))
    listening = [line for line in lines if line["event"] == "listening"]
    check("-o json: one line says that it listens", len(listening) == 1 and listening[0]["target"] == "deploy/redis" and
          listening[0]["namespace"] == "app-backend" and listening[0]["local"].startswith("127.0.0.1:"), lines)
    check("-o json: the pod is named", lines[-1]["pod"]["name"].startswith("redis-") and
          lines[-1]["pod"]["port"] == 6379, lines[-1])
    check("SIGTERM ends it with 0", forward.end(signal.SIGTERM) == 0)


def refuses(kubeconfig):
    rows = [("a target that is not there", ["svc/absent", "80"], 1, "not found"),
            ("a port that a service does not have", ["svc/redis-service", "1"], 1, "6379"),
            ("a kind without pods", ["configmap/x", "80"], 2, "pod/NAME"),
            ("no port", ["svc/redis-service"], 2, "PORTS"),
            ("what is no port", ["svc/redis-service", "web:80"], 2, "[LOCAL:]REMOTE"),
            ("another address than loopback", ["svc/redis-service", "6379", "--address", "0.0.0.0"], 2, "this computer"),
            ("a pod without such a listener, in time", ["deploy/redis", ":1", "--timeout", "3"], 6, "nothing listens")]
    for what, arguments, status, words in rows:
        done = subprocess.run([BINNACLECTL, "--kubeconfig", kubeconfig, "-n", "app-backend", "forward", *arguments],
                              capture_output=True, text=True, timeout=60)
        check(f"{what} ends with {status}", done.returncode == status and words in done.stderr,
              f"{done.returncode} {done.stderr}")


def main():
    cluster = os.environ.get("BINNACLE_TEST_KUBECONFIG")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = os.environ["XDG_CACHE_HOME"] = folder
        simulator = None
        if cluster is None:
            kubeconfig = os.path.join(folder, "kubeconfig")
            simulator = subprocess.Popen([BINNACLECTL, "simulate", "--listen", "127.0.0.1:0", "--kubeconfig-out",
                                          kubeconfig], stdout=subprocess.PIPE, text=True)
            simulator.stdout.readline()
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and "redis" not in subprocess.run(
                    [BINNACLECTL, "--kubeconfig", kubeconfig, "-n", "app-backend", "get", "pods"], capture_output=True,
                    text=True).stdout:
                time.sleep(0.2)
        else:
            kubeconfig = cluster
        try:
            for part in (serves, speaks_json, refuses):
                part(kubeconfig)
        finally:
            if simulator:
                simulator.terminate()
                simulator.wait()
                simulator.stdout.close()
    print(f"{len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
