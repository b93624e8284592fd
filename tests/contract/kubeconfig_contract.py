#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubeconfigs as kubectl reads them: a generated corpus of merged files, read by both.

usage: kubeconfig_contract.py BINNACLECTL [CASES]

Compares the contexts of `binnaclectl contexts -o json` with `kubectl config view --raw --flatten -o json`, and
whether a context can be used with what `kubectl config view --minify` of it says. Exit 77: there is no kubectl.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

NAMES = ["a", "b", "c", "with space", "arn:aws:eks:eu-1:1:cluster/x", "admin@kube"]


def entry(key, name, body):
    return {"name": name, key: body}


def make_file(draw):
    """One kubeconfig: names from a small set, so that files of one list overlap."""
    some = lambda: draw.sample(NAMES, draw.randint(0, 4))
    clusters = [
        entry("cluster", name, {"server": f"https://{draw.randint(1, 99)}.example:6443"} | (
            {"insecure-skip-tls-verify": True} if draw.random() < 0.3 else {}))
        for name in some()
    ]
    users = [entry("user", name, {"token": f"t{draw.randint(1, 99)}"}) for name in some()]
    contexts = [
        entry("context", name, {"cluster": draw.choice(NAMES), "user": draw.choice(NAMES)} | (
            {"namespace": draw.choice(["web", "kube-system"])} if draw.random() < 0.5 else {}))
        for name in some()
    ]
    config = {"apiVersion": "v1", "kind": "Config", "clusters": clusters, "users": users, "contexts": contexts}
    if draw.random() < 0.7:
        config["current-context"] = draw.choice(NAMES)
    if draw.random() < 0.3:
        config["unknown-field"] = {"x": [1]}
    return config


def run(command, environment):
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def named(config, key, name):
    return next((each[key[:-1]] for each in config.get(key) or [] if each["name"] == name), None)


def expected(view):
    """What kubectl's merged view says about each context."""
    result = {}
    for each in view.get("contexts") or []:
        context = each["context"]
        cluster = named(view, "clusters", context.get("cluster"))
        result[each["name"]] = {
            "cluster": context.get("cluster", ""),
            "user": context.get("user", ""),
            "namespace": context.get("namespace", "default"),
            "server": (cluster or {}).get("server", ""),
            "insecure": (cluster or {}).get("insecure-skip-tls-verify", False),
            "current": each["name"] == view.get("current-context"),
            "usable": cluster is not None and named(view, "users", context.get("user")) is not None,
        }
    return result


def seen(contexts):
    return {
        each["name"]: {key: each[key] for key in ("cluster", "user", "namespace", "server", "insecure", "current")}
        | {"usable": each["problem"] is None}
        for each in contexts
    }


def main():
    binnaclectl, cases = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 40
    if shutil.which("kubectl") is None:
        print("no kubectl")
        return 77
    draw = random.Random(20)
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for case in range(cases):
            files = []
            for number in range(draw.randint(1, 4)):
                path = os.path.join(folder, f"{case}-{number}")
                if draw.random() < 0.85:  # some of the list do not exist
                    with open(path, "w", encoding="utf-8") as out:
                        json.dump(make_file(draw), out)
                files.append(path)
                if draw.random() < 0.2:
                    files.append("")
            environment = os.environ | {"KUBECONFIG": ":".join(files), "HOME": folder}
            view = run(["kubectl", "config", "view", "--raw", "--flatten", "-o", "json"], environment)
            mine = run([binnaclectl, "contexts", "-o", "json"], environment)
            wanted = expected(json.loads(view.stdout))
            got = seen(json.loads(mine.stdout)) if mine.stdout.strip() else {}
            if wanted != got:
                failures += 1
                print(f"case {case}: {environment['KUBECONFIG']}\nkubectl     {wanted}\nbinnaclectl {got}\n{mine.stderr}")
    print(f"{cases - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
