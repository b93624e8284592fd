#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU seconds and resident memory of the program until its first window is there, beside an empty Qt window of the same
build (bench_window). Usage: startup.py BUILD_DIR. Needs a display (xvfb-run). Prints JSON."""
import json
import os
import subprocess
import sys
import time

build = sys.argv[1]


def usage(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    ticks = os.sysconf("SC_CLK_TCK")
    pages = int(open(f"/proc/{pid}/statm").read().split()[1])
    return (int(fields[11]) + int(fields[12])) / ticks, pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(command):
    """Until the program prints the line that says that its window has been painted."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "BINNACLE_REPORT_FIRST_PAINT": "1"})
    for line in process.stdout:
        if line.startswith("first paint"):
            break
    wall = time.monotonic() - start
    cpu, resident = usage(process.pid)
    time.sleep(5)
    idle_start = usage(process.pid)[0]
    time.sleep(10)
    idle_cpu, idle_resident = usage(process.pid)
    process.terminate()
    process.wait()
    return {"wallSeconds": round(wall, 3), "cpuSeconds": round(cpu, 3), "residentMiB": round(resident, 1),
            "idleCpuPercent": round((idle_cpu - idle_start) * 10, 2), "idleResidentMiB": round(idle_resident, 1)}


print(json.dumps({"binnacle": measure([build + "/app/binnacle"]), "emptyWindow": measure([build + "/tests/bench/bench_window"])}))
