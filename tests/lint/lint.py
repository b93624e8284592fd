#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that a compiler does not make: licence lines, include style, the layer table, file sizes.

usage: lint.py ROOT    prints one "file:line: what" per finding; exit 1 when there is any
"""
import os
import re
import subprocess
import sys

SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"
SOURCES = (".cpp", ".h", ".cmake", ".py", ".sh", ".yaml", ".yml", ".qss", ".svg")
MAX_LINES = 600

# What each layer may link, of Binnacle's own; the rows of the layer table in CONTRIBUTING.md.
LAYERS = {
    "core": set(),
    "kube": {"core"},
    "cluster": {"core", "kube"},
    "forward": {"core", "kube"},
    "logs": {"core", "kube", "cluster"},
    "files": {"core", "kube"},
    "terminal": {"core", "kube", "vterm"},
    "stack": {"core", "kube", "cluster"},
    "runbook": {"core", "kube", "cluster"},
    "operations": {"core", "kube", "cluster", "stack", "runbook"},
    "metrics": {"core", "kube"},
    "triage": {"core", "kube", "cluster", "stack", "metrics"},
    "items": {"core", "kube", "cluster", "stack", "runbook", "operations", "metrics", "triage", "forward", "logs"},
    "simulator": {"core"},
}
GUI_MODULES = {"Qt6::Gui", "Qt6::Widgets", "Qt6::Svg", "Qt6::SvgWidgets", "Qt6::OpenGLWidgets", "Qt6::Charts"}


def tracked(root):
    try:
        listing = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True, check=True).stdout
        names = [name for name in listing.decode().split("\0") if name]
    except (OSError, subprocess.CalledProcessError):  # a source archive
        names = [os.path.relpath(os.path.join(folder, name), root)
                 for folder, _, found in os.walk(root) for name in found]
        names = [name for name in names if not name.startswith(("build", ".git/"))]
    return sorted(name for name in names if os.path.isfile(os.path.join(root, name)))


def needs_licence(name):
    base = os.path.basename(name)
    if name.startswith(("tests/data/", "tests/fuzz/corpus/")):
        return False  # inputs, taken as they are
    return name.endswith(SOURCES) or base == "CMakeLists.txt" or name == ".ci/run"


def check_licence(name, lines):
    if needs_licence(name) and not any(SPDX in line for line in lines[:4]):
        yield 1, f"lacks the line '{SPDX}'"


def check_size(name, lines):
    code = name.startswith(("app/", "models/", "widgets/")) and name.endswith((".cpp", ".h"))
    if code and len(lines) > MAX_LINES:
        yield len(lines), f"has {len(lines)} lines; split it (at most about 500)"


def check_cpp(name, lines):
    if not name.endswith((".cpp", ".h")):
        return
    if name.endswith(".h") and not any(line.strip() == "#pragma once" for line in lines[:5]):
        yield 1, "lacks #pragma once"
    top = name.split("/")[0]
    for number, line in enumerate(lines, 1):
        match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if match:
            path = match.group(1)
            if path.startswith("../") or "/../" in path:
                yield number, f"includes {path}: name the layer instead"
            if top == "widgets" and path.startswith("simulator/"):
                yield number, "widgets may not know the simulator"
            if top == "models" and re.fullmatch(r"QWidget|QPainter|QColor|QIcon|QPixmap|QApplication|QtWidgets.*|QtGui.*", path):
                yield number, f"models may not include {path}"
        raw = re.search(r"\.(then|unwrap|onFailed|onCanceled)\(|\bQtFuture::whenA", line)
        if raw and top in ("models", "app", "widgets") and name != "models/core/Futures.h":
            yield number, "attaches to a QFuture itself: core/Futures.h says why not"
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            yield number, "leaves work behind in a comment: do it, or open an issue"


def check_layers(name, text):
    match = re.fullmatch(r"models/([a-z]+)/CMakeLists\.txt", name)
    if not match:
        return
    layer = match.group(1)
    if layer not in LAYERS:
        yield 1, f"layer {layer} is not in the layer table"
        return
    code = re.sub(r"#.*", "", text)
    for used in re.findall(r"\bbinnacle_([a-z]+)\b", code):
        if used not in LAYERS[layer] and used not in (layer, "library"):
            yield 1, f"{layer} may not use {used}"
    for module in sorted(GUI_MODULES & set(re.findall(r"Qt6::\w+", code))):
        yield 1, f"models may not link {module}"


def findings(root):
    for name in tracked(root):
        try:
            with open(os.path.join(root, name), encoding="utf-8") as file:
                text = file.read()
        except UnicodeDecodeError:
            if name.endswith(SOURCES):
                yield name, 1, "is not UTF-8"
            continue
        lines = text.splitlines()
        for check in (check_licence(name, lines), check_size(name, lines), check_cpp(name, lines), check_layers(name, text)):
            for number, what in check:
                yield name, number, what


def main(root):
    found = list(findings(root))
    for name, number, what in found:
        print(f"{name}:{number}: {what}")
    print(f"{len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
