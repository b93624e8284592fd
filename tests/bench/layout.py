#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Times the topology layout at 50, 500 and 2,000 components, beside graphviz' dot on the same graph where it is
installed (given at most a minute). Usage: layout.py BUILD_DIR. Prints JSON."""
import json
import shutil
import subprocess
import sys
import time

bench = sys.argv[1] + "/tests/bench/bench_layout"
rows = []
for components in (50, 500, 2000):
    row = json.loads(subprocess.run([bench, str(components)], check=True, capture_output=True, text=True).stdout)
    if shutil.which("dot"):
        graph = subprocess.run([bench, str(components), "--dot"], check=True, capture_output=True).stdout
        start = time.monotonic()
        try:
            subprocess.run(["dot", "-Tplain"], input=graph, check=True, capture_output=True, timeout=60)
            row["dotMilliseconds"] = round((time.monotonic() - start) * 1000, 1)
        except subprocess.TimeoutExpired:
            row["dotMilliseconds"] = "more than 60000"
    rows.append(row)
print(json.dumps({"layout": rows}))
