#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""clang-tidy over the sources, newest change first, remembering what was found clean.

usage: tidy.py BUILD [--seconds N]

A file found clean is not looked at again until it, a header of ours, its compile command or .clang-tidy changes. When
the time is up the rest is left for the next run, and the last line says how many files that were. Exit 1 on findings.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "binnacle-ci", "tidy")


def git_order(names):
    """Newest commit first; files that were never committed come before all."""
    log = subprocess.run(["git", "-C", ROOT, "log", "--name-only", "--format="], capture_output=True, text=True).stdout
    position = {}
    for name in log.splitlines():
        position.setdefault(name, len(position))
    return sorted(names, key=lambda name: (position.get(name, -1), name))


def header_digest():
    digest = hashlib.sha256()
    for top in ("models", "widgets", "app"):
        for folder, folders, names in os.walk(os.path.join(ROOT, top)):
            folders.sort()
            for name in sorted(names):
                if name.endswith(".h"):
                    with open(os.path.join(folder, name), "rb") as file:
                        digest.update(name.encode() + file.read())
    with open(os.path.join(ROOT, ".clang-tidy"), "rb") as file:
        digest.update(file.read())
    return digest.digest()


def stamp(entry, headers):
    digest = hashlib.sha256(headers)
    with open(entry["file"], "rb") as file:
        digest.update(file.read())
    digest.update(re.sub(re.escape(ROOT), "", entry.get("command", "")).encode())
    return os.path.join(CACHE, digest.hexdigest())


def check(entry, build, deadline):
    if time.monotonic() > deadline:
        return None
    arguments = shlex.split(entry.get("command", ""))
    known = any("clang" in os.path.basename(word) for word in arguments[:2])
    extra = [] if known else ["--extra-arg=-Wno-unknown-warning-option"]
    return subprocess.run(["clang-tidy", "--quiet", "-p", build, *extra, entry["file"]], capture_output=True, text=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--seconds", type=int, default=600)
    options = parser.parse_args()
    with open(os.path.join(options.build, "compile_commands.json"), encoding="utf-8") as file:
        entries = {os.path.relpath(entry["file"], ROOT): entry for entry in json.load(file)}
    names = [name for name in entries if name.startswith(("models/", "widgets/", "app/"))]
    os.makedirs(CACHE, exist_ok=True)
    headers = header_digest()
    stamps = {name: stamp(entries[name], headers) for name in names}
    todo = git_order([name for name in names if not os.path.exists(stamps[name])])
    deadline = time.monotonic() + options.seconds
    bad = left = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for name, result in zip(todo, pool.map(lambda name: check(entries[name], options.build, deadline), todo)):
            if result is None:
                left += 1
            elif result.returncode == 0:
                open(stamps[name], "w").close()
            else:
                bad += 1
                print(f"-- {name}\n{result.stdout}{result.stderr}", flush=True)
    print(f"clang-tidy: {len(names)} files, {len(names) - len(todo)} known clean, {len(todo) - left} checked, "
          f"{bad} with findings, {left} left for lack of time")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
