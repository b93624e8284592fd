#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`binnaclectl render DIR` gives what `kubectl kustomize DIR` gives: the same objects in the same order, or both refuse.

usage: kustomize_conformance.py BINNACLECTL [--kubectl KUBECTL] [--only TEXT] [--keep DIR] [FILE...]

The cases are in kustomize/*.txt beside this script (and kustomize_generated.py makes more), each a small tree of files:

    @case NAME           begins a case; everything up to the next one belongs to it
    @start DIR           the directory that is rendered (default: the case's own)
    @file PATH           the lines that follow are this file
    @base64 PATH         as @file, for bytes that are no text
    @link PATH TARGET    a symbolic link
    @use NAME            takes the files of the case NAME, which may be in any file; own files come after it
    @library             this case is only there to be used
    @differs WHY         kubectl does something that Binnacle does not: it must refuse, with an error that is clear
    @says TEXT           what Binnacle's error must contain
Where kubectl refuses, Binnacle must exit 1 with a message on the standard error. Exit status 77: there is no kubectl, or no PyYAML.
"""
import argparse
import base64
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    print("PyYAML is not installed: Binnacle's renderer is NOT compared with kubectl kustomize")
    sys.exit(77)


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads plain words as the API server's reader does: `yes` is a text, 0755 and 0o755 are numbers."""
    yaml_implicit_resolvers = {}


def integer(loader, node):
    text = node.value.replace("_", "")
    old_octal = re.fullmatch(r"([-+]?)0([0-7]+)", text)
    return int(f"{old_octal[1]}0o{old_octal[2]}" if old_octal else text, 0)


def decimal(loader, node):
    value = float(node.value.replace("_", ""))
    return int(value) if value == int(value) and abs(value) < 2**53 else value


for tag, pattern, first in (
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
        ("int", r"[-+]?(0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+)", list("-+0123456789")),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
        ("merge", r"<<", ["<"])):
    Loader.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(f"^(?:{pattern})$"), first)
Loader.add_constructor("tag:yaml.org,2002:int", integer)
Loader.add_constructor("tag:yaml.org,2002:float", decimal)



class Case:
    def __init__(self, name):
        self.name, self.start, self.entries, self.says = name, ".", [], []
        self.is_library, self.differs = False, None

    def write(self, root, library):
        for kind, path, content in self.entries:
            if kind == "use":
                library[path].write(root, library)
                continue
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if kind == "link":
                target.symlink_to(content)
            elif kind == "base64":
                target.write_bytes(base64.b64decode(content))
            else:
                target.write_text(content)


def read_cases(path):
    cases, current, into = [], None, None
    for line in path.read_text().splitlines(keepends=True):
        match = re.match(r"@(case|start|file|base64|link|use|library|differs|says)\b\s*(.*)$", line)
        if not match:
            if into is not None:
                into[2] += line
            continue
        word, rest = match.group(1), match.group(2).strip()
        if word == "case":
            current = Case(rest)
            cases.append(current)
            into = None
        elif word == "start":
            current.start = rest
        elif word == "library":
            current.is_library = True
        elif word == "differs":
            current.differs = rest
        elif word == "says":
            current.says.append(rest)
        elif word == "link":
            current.entries.append(["link", *rest.split(" ", 1)])
        else:
            into = [word, rest, ""]
            current.entries.append(into)
    return cases


def run(command, where):
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def documents(text):
    return [document for document in yaml.load_all(text, Loader) if document is not None]


def label(item):
    metadata = item.get("metadata") or {}
    return f"{item.get('apiVersion')} {item.get('kind')} {metadata.get('namespace', '')}/{metadata.get('name')}"


def differences(ours, theirs, path=""):
    if type(ours) is not type(theirs):
        yield f"{path}: {ours!r} where kubectl has {theirs!r}"
    elif isinstance(ours, dict):
        for key in sorted(set(ours) | set(theirs), key=str):
            if key not in ours:
                yield f"{path}.{key}: missing, kubectl has {theirs[key]!r}"
            elif key not in theirs:
                yield f"{path}.{key}: {ours[key]!r}, kubectl has none"
            else:
                yield from differences(ours[key], theirs[key], f"{path}.{key}")
    elif isinstance(ours, list) and len(ours) == len(theirs):
        for index, (a, b) in enumerate(zip(ours, theirs)):
            yield from differences(a, b, f"{path}[{index}]")
    elif ours != theirs:
        yield f"{path}: {ours!r} where kubectl has {theirs!r}"


def compare(case, library, tools, keep):
    """What is wrong with this case, as lines; none when it conforms."""
    top = pathlib.Path(keep or tempfile.mkdtemp(prefix="kustomize-case-"))
    root = top / case.name
    try:
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        case.write(root, library)
        binnacle_status, ours, our_error = run([tools.binnaclectl, "render", case.start], root)
        kubectl_status, theirs, their_error = run([tools.kubectl, "kustomize", case.start], root)
        if kubectl_status != 0 or case.differs:
            if binnacle_status == 0:
                return [f"rendered, where kubectl says: {their_error.strip()[:600]}"]
            missing = [text for text in case.says if text not in our_error]
            if binnacle_status != 1 or missing or not our_error.strip():
                return [f"exit {binnacle_status}, {our_error.strip()[:600]}"] + [f"does not say: {text}" for text in missing]
            if tools.verbose:
                print(f"--- {case.name}\n  kubectl:  {their_error.strip()[:300]}\n  binnacle: {our_error.strip()[:400]}")
            return []
        if binnacle_status != 0:
            return [f"refused: {our_error.strip()[:600]}"]
        ours, theirs = documents(ours), documents(theirs)
        if [label(item) for item in ours] != [label(item) for item in theirs]:
            return ["other objects, or another order:", *("  ours    " + label(item) for item in ours),
                    *("  kubectl " + label(item) for item in theirs)]
        return [f"{label(a)}{line}" for a, b in zip(ours, theirs) for line in differences(a, b)]
    finally:
        if not keep:
            shutil.rmtree(top, ignore_errors=True)


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser()
    parser.add_argument("binnaclectl", type=os.path.abspath)
    parser.add_argument("--kubectl", default="kubectl")
    parser.add_argument("--only", default="")
    parser.add_argument("--keep")
    parser.add_argument("--verbose", action="store_true", help="show both error messages where both refuse")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    tools = parser.parse_args()
    if shutil.which(tools.kubectl) is None:
        print("kubectl is not installed: Binnacle's renderer is NOT compared with kubectl kustomize")
        return 77
    cases = [case for path in tools.files or sorted((here / "kustomize").glob("*.txt")) for case in read_cases(path)]
    if not tools.files:
        import kustomize_generated
        cases += kustomize_generated.cases(Case)
    library = {case.name: case for case in cases}
    if len(library) != len(cases):
        raise SystemExit("two cases have the same name: " +
                         ", ".join(sorted({c.name for c in cases if sum(o.name == c.name for o in cases) > 1})))
    wanted = [case for case in cases if not case.is_library and tools.only in case.name]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for case, found in zip(wanted, pool.map(lambda case: compare(case, library, tools, tools.keep), wanted)):
            if found:
                failed += 1
                print(f"FAIL {case.name}", *("    " + line for line in found[:12]), sep="\n")
    print(f"{len(wanted)} cases, {len(wanted) - failed} conform, {failed} do not")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
